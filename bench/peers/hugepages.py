"""Huge pages for PostgreSQL's shared buffers, as whoever runs it with gigabytes of them reserves (PostgreSQL 15, section 19.4.5): there for all
contestants of a run, or for none."""
import contextlib
import pathlib

COUNT = pathlib.Path("/proc/sys/vm/nr_hugepages")  # of 2 MiB each; root may set it
MEMINFO = pathlib.Path("/proc/meminfo")


def meminfo():
    """The kernel's counts; sizes in KiB."""
    return {line.split(":")[0]: int(line.split()[1]) for line in MEMINFO.read_text().splitlines()}


@contextlib.contextmanager
def reserved(mib):
    """So many MiB besides what was reserved before, as long as it lasts. Where that may not be, PostgreSQL goes on with small pages."""
    before = None
    try:
        before = int(COUNT.read_text())
        size_mib = meminfo()["Hugepagesize"] / 1024
        COUNT.write_text(str(before + int(-(-mib // size_mib))))
    except (OSError, KeyError):
        pass
    try:
        yield
    finally:
        if before is not None:
            with contextlib.suppress(OSError):
                COUNT.write_text(str(before))


def are_used_by(database):
    """Whether its shared buffers lie on them: they are reserved for the cluster when it starts, and mapped as hugetlbfs."""
    pid = (database.directory / "data/postmaster.pid").read_text().split()[0]
    try:
        return "/anon_hugepage" in pathlib.Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False
