"""POST /v1/ask: a question with its history in, verbatim sentences with their places out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from rag.answerer import Answerer
from rag.api.negotiation import json_only
from rag.api.schemas import AnswerOut, AskRequest
from rag.api.state import ApiState, get_answerer, get_state, run_for

router = APIRouter(tags=["ask"], dependencies=[Depends(json_only)])


@router.post("/v1/ask", response_model=AnswerOut)
async def ask(
    request: Request,
    asked: AskRequest,
    state: Annotated[ApiState, Depends(get_state)],
    answerer: Annotated[Answerer, Depends(get_answerer)],
) -> AnswerOut | Response:
    """Answer a question with sentences of the documents, or say that they hold no answer."""
    answer = await run_for(
        request,
        state.worker,
        lambda: answerer.ask(
            asked.question, asked.turns(), asked.filters.to_filters(), asked.top_k, asked.max_sentences, asked.explain
        ),
    )
    return Response(status_code=499) if answer is None else AnswerOut.model_validate(answer)
