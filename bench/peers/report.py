"""The table of a run, and docs/performance.md."""
import datetime
import os
import pathlib
import re
import statistics
import subprocess
import sys

import contestants
import live
import measure

TOOLS = {"Rust": ["rustc", "--version"], "Go": ["go", "version"], "JavaScript": ["node", "--version"], "Python": ["python3", "--version"]}


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=live.ROOT).stdout.strip()


def number(value):
    return f"{value:,.0f}"


def ms(us):
    return f"{us / 1000:,.2f}" if us < 100_000 else f"{us / 1000:,.0f}"


def rows_of(lines):
    """A table of Markdown, its columns aligned."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = ["| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths)) + "|")
    return "\n".join(text)


class Page:
    """`results`: by size, by (contestant, what), one result a round. `huge_pages`: by size, whether PostgreSQL had them."""

    def __init__(self, results, everybody, workloads, options, huge_pages):
        self.results, self.everybody, self.workloads, self.options, self.huge_pages = results, everybody, workloads, options, huge_pages

    def median(self, size, name, what, key):
        values = [result[key] for result in self.results[size].get((name, what), [])]
        return statistics.median(values) if values else None

    def cpu(self, size, name, what):
        parts = [self.median(size, name, what, key) for key in ("server_us", "postgres_us")]
        return None if None in parts else sum(parts)

    def spread(self):
        """By how much of their median the rounds of one contestant and workload differ, in CPU a request: of all, the median and the largest."""
        spreads = [0]
        for results in self.results.values():
            for rounds in results.values():
                cpu = [one["server_us"] + one["postgres_us"] for one in rounds if "server_us" in one]
                spreads += [(max(cpu) - min(cpu)) / statistics.median(cpu)] if len(cpu) > 1 else []
        return f"{statistics.median(spreads):.0%} (half of all by no more), at most {max(spreads):.0%}"

    def workload(self, size, workload):
        is_open = measure.is_open(workload)
        lines = [["", "requests/s", "CPU us/request", "server", "PostgreSQL", "p50 ms", "p99 ms", "p99.9 ms", "unanswered", *(["sent late, p99 ms"] if is_open else [])]]
        for contestant in self.everybody:
            def of(key):
                return self.median(size, contestant.name, workload.name, key)
            if of("per_second") is not None:
                lines.append([contestant.title, number(of("per_second")), number(self.cpu(size, contestant.name, workload.name)), number(of("server_us")),
                              number(of("postgres_us")), ms(of("p50_us")), ms(of("p99_us")), ms(of("p999_us")), number(of("unanswered")), *([ms(of("late_p99_us"))] if is_open else [])])
        return f"### {size}, {workload.name}: {workload.says}\n\n{rows_of(lines)}\n"

    def memory(self, size):
        lines = [["MiB", "idle", "10,000 idle connections", "after W1 to W5"]]
        for contestant in self.everybody:
            found = [self.median(size, contestant.name, what, "mib") for what in ("idle", "idle 10,000", "loaded")]
            if found[0] is not None:
                lines.append([contestant.title, *("-" if value is None else f"{value:.1f}" for value in found)])
        return f"### {size}, resident memory\n\n{rows_of(lines)}\n"

    def growth(self):
        names = [workload.name for workload in self.workloads if "open" not in workload.name]
        lines = [["CPU a request, M / S", *names]]
        for contestant in self.everybody:
            pairs = [(self.cpu("S", contestant.name, name), self.cpu("M", contestant.name, name)) for name in names]
            lines.append([contestant.title, *("-" if None in pair else f"{pair[1] / pair[0]:.2f}" for pair in pairs)])
        return f"### Growth from S to M\n\n{rows_of(lines)}\n"

    def table(self):
        parts = [part for size in self.results if self.results[size] for part in (*(self.workload(size, workload) for workload in self.workloads), self.memory(size))]
        return "\n".join(parts + ([self.growth()] if {"S", "M"} <= set(self.results) else []))

    def machine(self):
        cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        memory = int(re.search(r"MemTotal: +(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
        busy = " ".join(f"{load:.1f}" for load in os.getloadavg())
        return f"{contestants.PROCESSORS} processors ({cpu[1] if cpu else 'unknown'}), {memory:.0f} GiB, Linux {os.uname().release}; load averages at the end {busy}"

    def pages(self):
        return ", ".join(f"{'huge' if huge else 'small'} pages at {size}" for size, huge in self.huge_pages.items())

    def versions(self):
        postgres = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))[-1]
        lines = [f"- VobeMusic {said('git', 'describe', '--always', '--dirty')}, {said(*os.environ.get('CC', 'cc').split(), '--version').splitlines()[0]}",
                 f"- {said(postgres, '--version')}; shared buffers on {self.pages()}"]
        lines += [f"- {said(*TOOLS[language])}" for language in dict.fromkeys(c.language for c in self.everybody if c.language in TOOLS)]
        return "\n".join([*lines, "- everything else: the lock files of bench/peers"])

    def text(self):
        options = self.options
        return TEXT.format(command=" ".join(["bench/compare", *sys.argv[1:]]), date=datetime.date.today().isoformat(), machine=self.machine(), versions=self.versions(), table=self.table(),
                           rounds=options.rounds, seconds=options.seconds, open_seconds=max(options.seconds, measure.OPEN_S), spread=self.spread(),
                           connections=contestants.CONNECTIONS)


TEXT = """# How it compares

Written by `{command}` ({date}); how to read it and what is the same for all stands in `bench/peers/README.md`. Figures of different runs are not comparable,
ratios within one are: every contestant had the machine, the database and the generator's connections for itself, in turns. Medians of {rounds} rounds of {seconds:g} s
(open loops {open_seconds:g} s); the rounds of one contestant differ in the CPU of a request by {spread} of its median.

- {machine}
{versions}

CPU is what the server and all processes of PostgreSQL were on a processor, divided by the answers. The generator runs on the same processors, so requests/s are those of
a machine that is its own client. Open loop: requests fall due at a fixed rate and latency counts from then. Sent late: how long after that the generator sent them
although a connection was free. Where that is milliseconds others were at work on the machine, and servers waited for a processor just as the generator did.

{table}
## Again

```sh
make compare                                   # everything; an hour, by the time of its parts
bench/compare --size S --peers axum --only W5  # a part of it, which prints and writes nothing
```
"""
