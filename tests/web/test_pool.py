"""The readers: a few orders wait, others are refused at once; what nobody waits for ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from serving import SETTINGS, StuckWorker

from web.orders import Report
from web.pool import Pool
from web.problems import ProblemError
from web.settings import Limits, Settings
from web.worker import StartError, WorkerGoneError

ORDER = object()

QUICK = replace(SETTINGS, limits=Limits(waiting=1, grace_seconds=0.05))

Story = Callable[[Pool, list[StuckWorker]], Awaitable[None]]


def tell(story: Story, settings: Settings = QUICK) -> list[StuckWorker]:
    """Run a story with a pool of one stuck reader. Returns all readers that there were."""
    hired: list[StuckWorker] = []

    def start(settings: Settings) -> StuckWorker:
        hired.append(StuckWorker(settings))
        return hired[-1]

    async def run() -> None:
        pool = Pool(settings, 1, start)  # type: ignore[arg-type]
        await pool.open()
        try:
            async with asyncio.timeout(30):
                await story(pool, hired)
        finally:
            await pool.close()

    asyncio.run(run())
    assert not any(worker.is_alive for worker in hired), "all end with the pool"
    return hired


async def until(holds: Callable[[], object]) -> None:
    while not holds():
        await asyncio.sleep(0.005)


def ask(pool: Pool) -> "asyncio.Task[Report]":
    return asyncio.create_task(pool.ask(ORDER))  # type: ignore[arg-type]


def test_before_it_is_open_it_is_starting() -> None:
    with pytest.raises(ProblemError, match="starting") as caught:
        asyncio.run(Pool(QUICK, 1, StuckWorker).ask(ORDER))  # type: ignore[arg-type]
    assert caught.value.status == 503


def test_orders_wait_in_their_turn_and_what_comes_on_top_is_refused() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        first, second = ask(pool), ask(pool)
        await until(lambda: pool.waiting == 1)
        with pytest.raises(ProblemError) as caught:
            await pool.ask(ORDER)  # type: ignore[arg-type]
        assert caught.value.status == 429
        assert (pool.busy, len(hired[0].asked)) == (1, 1)
        hired[0].answer.set_result(Report(seconds=1))
        assert (await first).seconds == 1
        await until(lambda: len(hired[0].asked) == 2)
        hired[0].answer.set_result(Report(seconds=2))
        assert (await second).seconds == 2
        assert (pool.busy, pool.waiting) == (0, 0)

    assert len(tell(story)) == 1


def test_an_order_that_waits_is_forgotten_when_its_client_leaves() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        first, second = ask(pool), ask(pool)
        await until(lambda: pool.waiting == 1)
        second.cancel()
        await until(lambda: pool.waiting == 0)
        hired[0].answer.set_result(Report())
        await first
        assert len(hired[0].asked) == 1

    tell(story)


def test_an_order_that_is_read_gets_a_moment_when_its_client_leaves() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        first = ask(pool)
        await until(lambda: hired[0].asked)
        first.cancel()
        await asyncio.sleep(0)
        hired[0].answer.set_result(Report())
        await until(lambda: pool.busy == 0)
        second = ask(pool)
        await until(lambda: len(hired[0].asked) == 2)
        hired[0].answer.set_result(Report(seconds=2))
        assert (await second).seconds == 2

    assert len(tell(story, replace(QUICK, limits=Limits(grace_seconds=20)))) == 1


def test_its_process_is_ended_after_that_and_another_takes_its_place() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        first = ask(pool)
        await until(lambda: hired[0].asked)
        first.cancel()
        await until(lambda: len(hired) == 2)
        assert not hired[0].is_alive
        second = ask(pool)
        await until(lambda: hired[1].asked)
        hired[1].answer.set_result(Report(seconds=3))
        assert (await second).seconds == 3

    tell(story)


def test_what_takes_too_long_is_ended() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        with pytest.raises(ProblemError, match=r"longer than 0\.05 s") as caught:
            await pool.ask(ORDER)  # type: ignore[arg-type]
        assert caught.value.status == 503
        await until(lambda: len(hired) == 2)

    tell(story, replace(QUICK, limits=Limits(work_seconds=0.05)))


def test_a_process_that_dies_costs_one_order() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        first = ask(pool)
        await until(lambda: hired[0].asked)
        hired[0].answer.set_exception(WorkerGoneError())
        with pytest.raises(ProblemError, match="want of memory") as caught:
            await first
        assert caught.value.status == 500
        await until(lambda: len(hired) == 2)

    tell(story)


def test_a_process_that_died_while_idle_costs_none() -> None:
    async def story(pool: Pool, hired: list[StuckWorker]) -> None:
        hired[0].is_alive = False
        order = ask(pool)
        await until(lambda: len(hired) == 2 and hired[1].asked)
        hired[1].answer.set_result(Report(seconds=4))
        assert (await order).seconds == 4

    tell(story)


def test_why_it_cannot_start_is_told() -> None:
    class Unready(StuckWorker):
        def wait(self) -> None:  # type: ignore[override]
            raise StartError("no weights", 3)

    with pytest.raises(StartError, match="no weights"):
        asyncio.run(Pool(QUICK, 2, Unready).open())  # type: ignore[arg-type]
