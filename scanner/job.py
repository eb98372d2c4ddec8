"""A batch whose results go into a file: what is known is not read again, and a run that was killed goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.batch import STDIN, Failed
from scanner.errors import OutputError, UsageError
from scanner.reading import DECIMALS, REFUSED
from scanner.rulebook import describe_rules
from scanner.sheet import choose_layout
from scanner.store import FileResult, PageResult, Store
from scanner.tables import Status, get_writer, judge
from scanner.workers import Order, Readers, Settings, choose_jobs, hash_content, read_file

STATE = ".state.sqlite"
"""What is added to an output's name for the file that remembers what was read."""


@dataclass(frozen=True)
class Summary:
    """What became of a batch."""

    files: int = 0
    failed: int = 0
    """Files of which a page, or all, could not be read."""
    lines: int = 0
    """Lines, or fields of forms."""
    accepted: int = 0
    """Lines that may be accepted, those included that people have looked at; 0 where nobody asked."""
    doubtful: int = 0
    """Lines with a digit whose reading is refused."""
    expected_errors: float = 0.0
    """Accepted lines that are wrong, as their confidences have it."""
    unit: str = "lines"
    """What is counted: "lines" or "fields"."""

    def add(self, result: FileResult, accept: float | None) -> "Summary":
        """Return the summary with one file more."""
        readings = [page.reading for page in result.pages if page.reading]
        lines = [each for reading in readings for each in reading.fields or reading.lines]
        accepted = [line for line in lines if judge(line, accept) not in ("", Status.REVIEW)]
        return Summary(
            self.files + 1,
            self.failed + any(page.reading is None for page in result.pages),
            self.lines + len(lines),
            self.accepted + len(accepted),
            self.doubtful + sum(REFUSED in line.text for line in lines),
            self.expected_errors + sum(1 - round(line.confidence, DECIMALS) for line in accepted),  # as it is kept
            "fields" if any(reading.fields for reading in readings) else self.unit,
        )


@dataclass(frozen=True)
class Job:
    """What is to be read, and where its results go."""

    files: Sequence[str | Failed]
    settings: Settings
    output: Path
    jobs: int = 1
    """Processes."""
    accept: float | None = None
    """Lines at least so sure are accepted (0..1); None does not ask."""
    force: bool = False
    """Whether to read again what is known."""


Watch = Callable[[FileResult, bool], None]
"""Is shown each file as it is done, and whether it was read now."""


def run_job(job: Job, watch: Watch = lambda result, is_new: None) -> Summary:
    """Read what is not known yet, and write the output. Raises UsageError, OutputError.

    The store is the output itself, or a file beside it.
    """
    path = find_store(job.output)
    with Store(path, describe_rules(job.settings.knowledge)) as store:
        sources, summary = _read_missing(job, store, watch)
        store.finish(sources, job.accept)
        rewrite_table(job.output, store)
    return summary


def find_store(output: Path) -> Path:
    """Return the database that belongs to an output: itself, or a file beside it. Raises UsageError, OutputError."""
    if output.is_dir():
        raise UsageError(f"{output}: this is a folder; results go into a file. Name one: {output / 'digits.csv'}")
    if not output.parent.is_dir():
        raise OutputError(
            f"{output}: the results cannot be written (there is no folder {output.parent}). Make it, or name another."
        )
    return output.with_name(output.name + STATE) if get_writer(output) else output


def rewrite_table(output: Path, store: Store) -> None:
    """Write an output that is no database from its store. Raises UsageError, OutputError."""
    write = get_writer(output)
    if write:
        results = (result for source in store.list_sources() if (result := store.get(source)))
        try:
            write(output, results, store.get_setting("accept"), choose_layout(store.rulebook))
        except OutputError as error:
            raise OutputError(f"{error} What was read and typed is kept: run the same command again.") from error


def _read_missing(job: Job, store: Store, watch: Watch) -> tuple[list[str], Summary]:
    """Read what the store does not know. Returns all files in their order, each once, and what became of them."""
    failed = {file.source: file for file in job.files if isinstance(file, Failed)}
    sources = list(dict.fromkeys(file if isinstance(file, str) else file.source for file in job.files))
    options, summary = job.settings.identify(), Summary()

    def count(result: FileResult, is_new: bool) -> None:
        nonlocal summary
        summary = summary.add(result, job.accept)
        watch(result, is_new)

    for source, file in failed.items():
        result = FileResult(source, "", (PageResult(None, str(file.error), is_final=False),))
        store.add(result, options)
        count(result, True)
    named = [source for source in sources if source not in failed]
    jobs = 1 if STDIN in named else choose_jobs(job.jobs, len(named))
    with Readers(job.settings, jobs, read_file) as readers:
        for result in readers.read(_choose_missing(named, job, store, options, count)):
            count(store.add(result, options, is_anew=job.force), True)
    return sources, summary


def _choose_missing(named: Iterable[str], job: Job, store: Store, options: str, watch: Watch) -> Iterator[Order]:
    """Yield the files that are to be read."""
    for source in named:
        content = hash_content(source) if source != STDIN else ""
        if not job.force and store.knows(source, content, options):
            known = store.get(source)
            assert known is not None, "what the store knows it can give"
            watch(known, False)
        else:
            yield Order(source, content)
