"""The same work in many processes that begin at one moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

# Long for a busy machine; only a hang takes it.
LIMIT = 300
# What a process does: its number, and a call that returns once all have come so far.
Work = Callable[[int, Callable[[], object]], str]


def together(count: int, work: Work) -> list[str]:
    """What each of so many processes returned, by its number."""
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(count)
    answers: SimpleQueue[tuple[int, str]] = fork.SimpleQueue()
    processes = []
    for number in range(count):
        process = fork.Process(target=_one, args=(work, number, barrier, answers))
        process.start()
        processes.append(process)
    texts = dict(answers.get() for _ in processes)
    for process in processes:
        process.join(LIMIT)
        assert process.exitcode == 0
    return [texts[number] for number in range(count)]


def _one(work: Work, number: int, barrier: Barrier, answers: SimpleQueue[tuple[int, str]]) -> None:
    barrier.wait(LIMIT)
    text = "nothing: it raised"
    try:
        text = work(number, lambda: barrier.wait(LIMIT))
    finally:
        answers.put((number, text))
