"""GET /livez and /readyz: alive, and able to answer."""

from typing import Annotated

from fastapi import APIRouter, Depends

from rag.api.schemas import HealthOut
from rag.api.state import get_answerer

router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> HealthOut:
    """Say that the process runs."""
    return HealthOut(status="alive")


@router.get("/readyz")
async def readyz(_: Annotated[object, Depends(get_answerer)]) -> HealthOut:
    """Say that index and models are loaded; 503 until then."""
    return HealthOut(status="ready")
