from collections.abc import Callable, Iterator

import pytest

from ui.terminal import progress


def clock(*seconds: float) -> Callable[[], float]:
    """Return a clock that shows these times, one after the other."""
    times: Iterator[float] = iter(seconds)
    return lambda: next(times)


def test_progress_says_how_fast_it_goes_and_how_long_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress("Texte werden eingebettet", clock(0, 10, 100, 400))
    show(100, 4000)
    show(1000, 4000)
    show(4000, 4000)
    assert capsys.readouterr().err.splitlines() == [
        "Texte werden eingebettet: 100 von 4000 (10,0 je Sekunde, noch 6:30 min)",
        "Texte werden eingebettet: 1000 von 4000 (10,0 je Sekunde, noch 5:00 min)",
        "Texte werden eingebettet: 4000 von 4000",
    ]


def test_what_takes_hours_is_told_in_hours(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress("Texte", clock(0, 100))
    show(100, 10_000)  # 9,900 left at one a second
    assert capsys.readouterr().err == "Texte: 100 von 10000 (1,0 je Sekunde, noch 2 h 45 min)\n"


def test_a_tenth_is_told_once_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress("Texte", clock(0, 0, 0, 0, 0))
    for done in (1, 2, 10, 11):
        show(done, 100)
    assert capsys.readouterr().err.splitlines() == ["Texte: 1 von 100", "Texte: 10 von 100"]
