"""The OpenAPI document as a judge: whether an answer is one that it describes. Needs python3-jsonschema."""
import json
import re
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("python3-jsonschema is missing for /usr/bin/python3: tools/deps test installs it")

# What every answer has, or the connection's business; the description says so once, in words.
UNDESCRIBED = {"date", "connection", "content-length", "content-type", "content-encoding", "transfer-encoding", "cache-control", "vary",
               "x-content-type-options", "x-frame-options", "referrer-policy", "content-security-policy", "strict-transport-security", "allow"}
SHOWN = 5


def template_of(templates, path):
    """As the router finds it: segment by segment, a literal before a parameter."""
    steps, fits = path.split("/"), [t.split("/") for t in templates]
    fits = [t for t in fits if len(t) == len(steps)]
    for i, step in enumerate(steps):
        literal = [t for t in fits if t[i] == step]
        fits = literal or [t for t in fits if t[i].startswith("{") and step]
    return "/".join(fits[0]) if fits else None


def closed(schema, is_problem=False):
    """The same schema, with nothing allowed that it does not name: problems alone have members of their own."""
    if isinstance(schema, list):
        return [closed(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    out = {k: ({n: closed(s) for n, s in v.items()} if k == "properties" else closed(v)) for k, v in schema.items() if k not in ("examples", "example")}
    if "properties" in out and "additionalProperties" not in out and not is_problem:
        out["additionalProperties"] = False
    return out


def shape_of(value):
    """What two values have in common that are likely to be judged alike; short texts count as they are."""
    if isinstance(value, dict):
        return tuple((k, shape_of(v)) for k, v in sorted(value.items()))
    if isinstance(value, list):
        return ("list", *sorted({repr(shape_of(v)) for v in value}))
    return (type(value).__name__, value if isinstance(value, str) and len(value) < 12 else "")


class Description:
    def __init__(self, document):
        self.document = document
        schemas = {n: closed(s, n in ("Problem", "OAuthError")) for n, s in document["components"]["schemas"].items()}
        self.resolver = jsonschema.RefResolver("", {"components": {"schemas": schemas}})
        self.formats = jsonschema.FormatChecker(formats=["uuid", "date", "email"])
        self.by_method, self.judged = {}, set()
        for path, item in document["paths"].items():
            for method in item:
                self.by_method.setdefault(method.upper(), []).append(path)

    def resolved(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"][2:].split("/"):
                target = target[step]
            node = target
        return node

    def operation(self, method, path):
        template = template_of(self.by_method.get("GET" if method == "HEAD" else method, []), path)
        return template and self.document["paths"][template]["get" if method == "HEAD" else method.lower()]

    def response(self, operation, status):
        found = operation["responses"].get(str(status))
        return found and self.resolved(found)

    def body_faults(self, content, media_type, body):
        described = content.get(media_type)
        if not described:
            return [f"the media type {media_type} is not described"]
        if "json" not in media_type:
            return []
        try:
            value = json.loads(body)
        except ValueError as fault:
            return [f"no JSON: {fault}"]
        kind = (id(described), shape_of(value))
        if kind in self.judged:
            return []
        self.judged.add(kind)
        judge = jsonschema.Draft202012Validator(closed(described["schema"]), resolver=self.resolver, format_checker=self.formats)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in list(judge.iter_errors(value))[:SHOWN]]

    def faults(self, reply):
        """Of one line of the ledger; none for what no route answers."""
        operation = self.operation(reply["method"], reply["path"])
        if not operation or reply["status"] == 405:
            return []
        response = self.response(operation, reply["status"])
        if not response:
            return ["the status is not described"]
        headers = {name.lower(): value for name, value in reply["headers"].items()}
        known = {name.lower() for name in response.get("headers", {})} | UNDESCRIBED
        faults = [f"the header {name} is not described" for name in headers
                  if name not in known and not name.startswith("access-control-")]
        if reply["method"] == "HEAD":
            return faults
        if reply["body"]:
            media_type = re.split(r"\s*;", headers.get("content-type", ""))[0]
            faults += self.body_faults(response.get("content", {}), media_type, reply["body"])
        elif response.get("content"):
            faults.append("the body that is described is missing")
        return faults
