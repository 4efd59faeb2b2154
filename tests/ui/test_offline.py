"""Server and browser with no network at all: what works there asks nobody outside."""

import subprocess
import sys
from pathlib import Path

import pytest
from live_server import CHROMIUM

_ISOLATED = ["unshare", "--net", "sh", "-ec", 'ip link set lo up; exec "$@"', "sh"]


def test_question_and_citation_work_where_there_is_only_loopback(library_data: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    probe = subprocess.run([*_ISOLATED, "ip", "route"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"no right to make a network namespace: {probe.stderr.strip()}")
    assert probe.stdout == "", "the namespace has a route to somewhere"
    script = Path(__file__).with_name("offline_walk.py")
    walked = subprocess.run(
        [*_ISOLATED, sys.executable, str(script), str(library_data)], capture_output=True, text=True, check=False
    )
    assert (walked.returncode, walked.stdout) == (0, "gelaufen\n"), walked.stdout + walked.stderr
