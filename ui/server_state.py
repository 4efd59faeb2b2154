"""What the doors of a running server share."""

from dataclasses import dataclass

from rag.api.state import ApiState

EXAMPLES = 4  # questions offered on the chat page


@dataclass(slots=True)
class ServerState(ApiState):
    """The parts of a running server; ``examples`` are questions that the documents answer."""

    examples: tuple[str, ...] = ()
