"""What people type, made of a catalogue by rule and seed: known items, slips of the finger, the first letters, and a list of spellings."""
import collections
import gzip
import json
import pathlib
import random
import unicodedata
import uuid

LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбю"
OTHER_KEY = dict(zip(LATIN_KEYS + RUSSIAN_KEYS, RUSSIAN_KEYS + LATIN_KEYS))
LETTERS = {True: "abcdefghijklmnopqrstuvwxyz", False: "абвгдежзийклмнопрстуфхцчшщыьэюя"}
ROMAN = dict(zip("абвгдезиклмнопрстуф", "abvgdeziklmnoprstuf"))
ROMAN.update({"ё": "e", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya"})
SPELLINGS = pathlib.Path(__file__).with_name("search_spellings.tsv")
KINDS = ("artists", "albums", "tracks", "posts")


def folded(name):
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def edited(name, edits, chance):
    """The name with so many random edits, in letters only; transpositions count as one."""
    letters = list(name)
    for _ in range(edits):
        places = [i for i, c in enumerate(letters) if c.isalpha()]
        at = chance.choice(places)
        fresh = chance.choice(LETTERS[letters[at] < "\x7f"])
        kind = chance.randrange(4)
        if kind == 0:
            del letters[at]
        elif kind == 1:
            letters.insert(at, fresh)
        elif kind == 2 or at + 1 == len(letters):
            letters[at] = fresh
        else:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def other_layout(text):
    return "".join(OTHER_KEY.get(c, c) for c in text)


def roman(text):
    return "".join(ROMAN.get(c, c) for c in text)


def lines_of(path):
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


class Catalogue:
    """The shared catalogue: what is called how, and by whom."""

    def __init__(self, directory):
        self.rows = {kind: lines_of(directory / f"{kind}.jsonl.gz") for kind in KINDS}
        names = {row["id"]: row["name"] for row in self.rows["artists"]}
        by_album = {row["id"]: names.get(row["artist_id"]) for row in self.rows["albums"]}
        self.artist = {row["id"]: by_album.get(row.get("album_id")) or names.get(row.get("artist_id") or row.get("primary_artist_id"))
                       for kind in KINDS[1:] for row in self.rows[kind]}

        self.works = collections.Counter()  # by the artist: posts, albums and tracks that name it
        for row in (row for kind in KINDS[1:] for row in self.rows[kind]):
            self.works.update(set(row.get("artist_ids", ())) | {row.get("primary_artist_id"), row.get("artist_id")} - {None})

    def told_of(self, items, least=2):
        """Those of the items of which the catalogue holds so much."""
        return [(name, ids) for name, ids in items if max(self.works[one] for one in ids) >= least]

    def known(self, kind, sample, seed=1):
        """(title, ids of all that are called so), each once, in a seeded order."""
        ids = collections.defaultdict(set)
        for row in self.rows[kind]:
            ids[folded(row.get("name") or row["title"])].add(row["id"])
        items = sorted(ids.items())
        random.Random(seed).shuffle(items)
        return items[:sample]

    def with_artist(self, kind, sample, seed=1):
        """("title artist", ids): what is called so by that artist."""
        ids = collections.defaultdict(set)
        for row in self.rows[kind]:
            if self.artist.get(row["id"]):
                ids[folded(row["title"]), folded(self.artist[row["id"]])].add(row["id"])
        items = sorted(((f"{title} {artist}", found) for (title, artist), found in ids.items()))
        random.Random(seed).shuffle(items)
        return items[:sample]


def is_long(title):
    """Long enough to be known again with a slip in it."""
    return sum(c.isalpha() for c in title) >= 6 and max(map(len, title.split()), default=0) >= 5


def with_slips(items, edits, seed=2):
    chance = random.Random(seed)
    return [(edited(title, edits, chance), ids) for title, ids in items if is_long(title)]


def begun(title, share):
    """The title up to the letter or digit that is so far on among them, and at least the second; blanks and signs are not counted."""
    places = [i for i, c in enumerate(title) if c.isalnum()]
    count = max(2, round(len(places) * share))
    return title[:places[count - 1] + 1] if count <= len(places) else title


def first_letters(items, share=0.6):
    """What has been typed after so many of each name's letters."""
    return [(begun(title, share), ids) for title, ids in items if len(title) >= 4]


def first_characters(items, share=0.6):
    """The same with blanks and signs counted as letters, and a blank at the end not typed: of a first name and a surname often the first name only."""
    return [(title[:max(2, round(len(title) * share))].rstrip(), ids) for title, ids in items if len(title) >= 4]


def best_share(typed, within=5):
    """The share that an order would find which knew what is asked for, where so many are shown: whoever types the same sees the same."""
    return sum(min(within, n) for n in collections.Counter(text for text, _ in typed).values()) / len(typed)


def spellings():
    """(what is typed, name) of the list, and artists of those names to be put into the catalogue."""
    rows = [line.rstrip("\n").split("\t") for line in SPELLINGS.read_text().splitlines() if not line.startswith("#")]
    artists = [{"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"spelling {name}")), "name": name} for name, *_ in rows]
    return [(typed, {folded(name)}) for name, *all_typed in rows for typed in all_typed], artists


def marked(number):
    """A title's second word: no question holds it, as one may hold a number."""
    return "ъы" + "".join("абвгдежзик"[int(digit)] for digit in str(number))


def questions_of(path):
    """Paragraphs as posts, questions with the ids of their paragraphs."""
    posts, questions = [], []
    with gzip.open(path) as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            post_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"paragraph {len(posts)}"))
            posts.append({"id": post_id, "title": f"Документ {marked(len(posts))}", "content": paragraph["context"]})
            questions += [(qa["question"], {post_id}) for qa in paragraph["qas"]]
    return posts, questions
