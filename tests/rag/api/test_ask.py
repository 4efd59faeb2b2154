"""Asking and searching over HTTP: what comes back, and what is refused."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from live_service import Service

QUESTION = "Wie viele Fachleute aus Bund und Ländern nahmen an der Veranstaltung teil?"


def _refused(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:fundstelle:problem:{kind}"
    assert problem["title"]
    return problem


def test_an_answer_quotes_the_file_to_the_character(client: httpx.Client) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).raise_for_status().json()
    assert answer["answered"] is True
    assert "28 Fachleute" in answer["answer"]
    assert "[1]" in answer["answer"]
    assert 0 <= answer["confidence"] <= 1
    assert answer["related"] == []
    assert [sentence["citation"] for sentence in answer["sentences"]] == [item["id"] for item in answer["citations"]]
    for citation in answer["citations"]:
        text = client.get(f"/v1/documents/{citation['document_id']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["source_quote"]
        assert citation["ranges"][0]["start"] == citation["start"]
        assert citation["ranges"][-1]["end"] == citation["end"]
        assert citation["url"].startswith(f"/fundstelle/{citation['document_id']}?version={citation['version']}")


def test_the_fields_are_those_of_the_contract_and_no_others(client: httpx.Client) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert set(answer) == {
        *("answer_id", "answered", "answer", "confidence", "sentences", "citations", "related"),
        *("question_used", "generation", "took_ms"),
    }
    assert set(answer["sentences"][0]) == {"text", "citation", "highlight"}
    assert set(answer["citations"][0]) == {
        *("id", "document_id", "version", "title", "published", "page", "section", "quote", "source_quote"),
        *("start", "end", "ranges", "score", "also_in", "url"),
    }


def test_the_trace_is_there_when_it_is_asked_for(client: httpx.Client) -> None:
    plain = client.post("/v1/ask", json={"question": QUESTION}).json()
    explained = client.post("/v1/ask", json={"question": QUESTION, "explain": True}).json()
    trace = explained.pop("trace")
    assert {**explained, "answer_id": "", "took_ms": 0} == {**plain, "answer_id": "", "took_ms": 0}
    assert set(trace) == {
        *("question", "terms", "passages", "sentences", "sentences_wanted"),
        *("confidence", "threshold", "features", "bias", "sentence_bias"),
    }
    assert trace["confidence"] == plain["confidence"]
    assert "chosen" in {sentence["decision"] for sentence in trace["sentences"]}


def test_a_question_the_documents_do_not_answer_is_not_answered(client: httpx.Client) -> None:
    answer = client.post("/v1/ask", json={"question": "Wie hoch ist der Mount Everest?"}).raise_for_status().json()
    assert answer["answered"] is False
    assert answer["citations"] == answer["sentences"] == []
    assert answer["answer"] == "Die Dokumente enthalten auf diese Frage keine Antwort."
    assert 0 < len(answer["related"]) <= 3


def test_filters_and_limits_reach_the_search(client: httpx.Client) -> None:
    none = client.post("/v1/ask", json={"question": QUESTION, "filters": {"document_ids": ["anderer"]}}).json()
    assert (none["answered"], none["related"]) == (False, [])
    late = client.post("/v1/search", json={"query": "Gründung", "filters": {"published_from": "2024-01-01"}}).json()
    assert late["passages"] == []
    one = client.post("/v1/ask", json={"question": QUESTION, "max_sentences": 1, "top_k": 1}).json()
    assert len(one["sentences"]) == 1


def test_a_search_returns_passages_best_first_in_the_shape_of_citations(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "Start-ups und Verwaltung", "top_k": 3}).raise_for_status().json()
    scores = [passage["score"] for passage in found["passages"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert [passage["id"] for passage in found["passages"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "pointer", "told"),
    [
        ({"question": "  "}, "#/question", "mindestens 1 Zeichen"),
        ({"question": "ü" * 1_001}, "#/question", "höchstens 1000 Zeichen"),
        ({}, "#/question", "fehlt"),
        ({"question": 5}, "#/question", "Zeichenkette"),
        ({"question": "Wo?", "stream": True}, "#/stream", "gibt es nicht"),
        ({"question": "Wo?", "top_k": 51}, "#/top_k", "höchstens 50"),
        ({"question": "Wo?", "max_sentences": 0}, "#/max_sentences", "mindestens 1"),
        ({"question": "Wo?", "history": [{"question": "Wer?"}] * 21}, "#/history", "höchstens 20"),
        ({"question": "Wo?", "history": [{"answer": "Da."}]}, "#/history/0/question", "fehlt"),
        ({"question": "Wo?", "filters": {"published_from": "gestern"}}, "#/filters/published_from", "Datum"),
        (["Wo?"], "#", "JSON-Objekt"),
    ],
)
def test_a_wrong_body_is_refused_with_place_and_rule(client: httpx.Client, body: Any, pointer: str, told: str) -> None:
    problem = _refused(client.post("/v1/ask", json=body), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert told in problem["errors"][0]["detail"]
    assert told in problem["detail"]


def test_every_wrong_part_is_named_at_once(client: httpx.Client) -> None:
    problem = _refused(client.post("/v1/ask", json={"question": "", "top_k": 0, "x": 1}), 422, "invalid-request")
    assert {error["pointer"] for error in problem["errors"]} == {"#/question", "#/top_k", "#/x"}


def test_refusals_speak_english_where_english_is_asked_for(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": ""}, headers={"Accept-Language": "en-GB,en;q=0.9,de;q=0.1"})
    assert "at least 1 character" in _refused(response, 422, "invalid-request")["detail"]
    assert response.headers["content-language"] == "en"


@pytest.mark.parametrize("body", [b"", b"{", b'{"question": "\xff"}', b'{"question": NaN}', b'{"question": "\\ud800"}'])
def test_a_body_that_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    _refused(response, 422, "invalid-request")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_another_content_type_is_refused(client: httpx.Client, media_type: str) -> None:
    body = json.dumps({"question": QUESTION})
    _refused(client.post("/v1/ask", content=body, headers={"Content-Type": media_type}), 415, "not-json")


def test_a_declared_charset_is_no_obstacle(client: httpx.Client) -> None:
    body = json.dumps({"query": "Gründung"}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert client.post("/v1/search", content=body, headers=headers).status_code == 200


def test_the_longest_allowed_history_passes_the_size_limit(client: httpx.Client) -> None:
    history = [{"question": "Größe? " * 142, "answer": "Süße Grüße " * 909}] * 20
    response = client.post("/v1/ask", json={"question": QUESTION, "history": history})
    assert response.status_code == 200


def test_a_request_beyond_the_queue_is_told_when_to_come_back(service: Service, client: httpx.Client) -> None:
    with service.occupied(jobs=3):  # one runs, two wait: the queue is full
        refused = client.post("/v1/search", json={"query": "Gründung"})
        problem = _refused(refused, 503, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert "warten bereits 2 Anfragen" in problem["detail"]
        assert client.get("/livez").status_code == client.get("/v1/documents").status_code == 200
    assert client.post("/v1/search", json={"query": "Gründung"}).status_code == 200


def test_a_request_within_the_queue_waits_for_its_turn(service: Service, client: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with service.occupied(jobs=2):
            waiting = pool.submit(client.post, "/v1/search", json={"query": "Gründung"})
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
        assert waiting.result(30).status_code == 200


def test_a_client_that_goes_away_gives_up_its_place(service: Service, client: httpx.Client) -> None:
    body = json.dumps({"query": "Gründung"}).encode()
    head = f"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
    with service.occupied(jobs=2):
        with socket.create_connection(("127.0.0.1", service.port), timeout=1) as leaving:
            leaving.sendall(f"{head}\r\nContent-Type: application/json\r\n\r\n".encode() + body)
            with pytest.raises(TimeoutError):
                leaving.recv(1)  # it waits on the last place
            assert client.post("/v1/search", json={"query": "Gründung"}).status_code == 503
        _until_a_place_is_free(client)


def _until_a_place_is_free(client: httpx.Client) -> None:
    """Ask until a request waits instead of being refused: the server needs a moment to see the other leave."""
    for _ in range(50):
        try:
            client.post("/v1/search", json={"query": "Gründung"}, timeout=0.5)
        except httpx.ReadTimeout:
            return
        time.sleep(0.05)
    raise AssertionError("the place was never given up")


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
def test_nothing_is_answered_before_index_and_models_are_loaded(loading_client: httpx.Client, path: str) -> None:
    field = "question" if path == "/v1/ask" else "query"
    response = loading_client.post(path, json={field: "Wo?"})
    _refused(response, 503, "not-ready")
    assert int(response.headers["retry-after"]) > 0
