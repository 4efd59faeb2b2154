"""POST /v1/search: a query in, the nearest passages out."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from rag.answerer import Answerer
from rag.api.negotiation import json_only
from rag.api.schemas import CitationOut, SearchOut, SearchRequest
from rag.api.state import ApiState, get_answerer, get_state, run_for

router = APIRouter(tags=["search"], dependencies=[Depends(json_only)])


@router.post("/v1/search", response_model=SearchOut)
async def search(
    request: Request,
    asked: SearchRequest,
    state: Annotated[ApiState, Depends(get_state)],
    answerer: Annotated[Answerer, Depends(get_answerer)],
) -> SearchOut | Response:
    """Return the passages nearest to a query, best first, each with its place."""
    began = time.perf_counter()
    found = await run_for(
        request, state.worker, lambda: answerer.search(asked.query, asked.top_k, asked.filters.to_filters())
    )
    if found is None:
        return Response(status_code=499)
    return SearchOut(
        passages=[CitationOut.model_validate(citation) for citation in found],
        generation=answerer.searcher.generation,
        took_ms=round((time.perf_counter() - began) * 1000),
    )
