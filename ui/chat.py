"""The chat page: a question in, the answer with its places out. Knows no model and no index.

Gradio's own telemetry, fonts, footer and programming interface stay off.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.api.problems import Problem
from rag.api.schemas import MAX_HISTORY, MAX_QUESTION
from rag.types import Answer, Turn
from ui.render import render_answer, render_notice
from ui.server_state import EXAMPLES
from ui.templating import render

_log = logging.getLogger(__name__)

Ask = Callable[[str, Sequence[Turn]], Awaitable[Answer]]

SESSION_S = 8 * 3600  # how long a closed page's conversation is kept
_FONTS = ["system-ui", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif"]
# Shows the newest turn and tells screen readers of it, for the whole conversation is drawn anew each time.
_FOLLOW = """
const status = document.createElement("p");
status.className = "fs-hidden";
status.setAttribute("role", "status");
document.body.append(status);
watch("value", () => {
  const newest = [...element.querySelectorAll(".fs-turn")].at(-1);
  status.textContent = newest?.dataset.status ?? "";
  newest?.scrollIntoView({block: "start"});
});
"""
_FAILED = "Bei der Suche ist ein Fehler aufgetreten. Bitte wenden Sie sich an Ihre Systembetreuung."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it is shown; ``turn`` is None where there was a notice instead of an answer."""

    html: str
    turn: Turn | None


Conversation = tuple[Exchange, ...]  # kept on the server, the last MAX_HISTORY turns


class Chat:
    """The events of the page.

    :param ask: Answers a question with its history; raises ``Problem`` where it cannot now.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def respond(self, typed: str, past: Conversation) -> tuple[Any, ...]:
        """Answer what was typed.

        Returns the values of: conversation, its HTML, text box, example area, button for a new conversation.
        """
        question = " ".join(typed.split())
        if not question:
            return (gr.skip(),) * 5
        past = (*past, await self._exchange(question, past))[-MAX_HISTORY:]
        return past, _html(past), "", gr.update(visible=False), gr.update(visible=True)

    async def _exchange(self, question: str, past: Conversation) -> Exchange:
        if len(question) > MAX_QUESTION:
            notice = f"Die Frage hat {len(question)} Zeichen; möglich sind {MAX_QUESTION}. Bitte kürzen Sie sie."
            return Exchange(render_notice(question[:MAX_QUESTION] + " …", notice), None)
        try:
            answer = await self._ask(question, [exchange.turn for exchange in past if exchange.turn])
        except Problem as problem:
            return Exchange(render_notice(question, problem.detail.de), None)
        except Exception:
            # The page must say so whatever went wrong; the question itself is not logged.
            _log.exception("a question in the chat failed")
            return Exchange(render_notice(question, _FAILED), None)
        return Exchange(render_answer(question, answer), Turn(question, answer.answer))


def build_chat(ask: Ask, examples: Callable[[], Sequence[str]], documents: Callable[[], int | None]) -> gr.Blocks:
    """Build the page.

    :param examples: Example questions, asked when a page is opened.
    :param documents: How many documents are searched, asked when a page is opened; None while they are loading.
    """
    chat = Chat(ask)
    blocks: gr.Blocks
    with gr.Blocks(title="Fundstelle", analytics_enabled=False) as blocks:
        head = gr.HTML(render("head.html", documents=None), apply_default_css=False, js_on_load=None)
        past = gr.State((), time_to_live=SESSION_S)
        shown = gr.HTML("", apply_default_css=False, js_on_load=_FOLLOW, elem_id="gespraech")
        with gr.Column(elem_id="beispiele", visible=False) as area:
            gr.HTML("<h2>Zum Beispiel</h2>", apply_default_css=False, js_on_load=None)
            buttons = [gr.Button("", visible=False, size="sm") for _ in range(EXAMPLES)]
        with gr.Row(elem_id="eingabe"):
            box = gr.Textbox(
                label="Ihre Frage",
                placeholder="Frage zu den Dokumenten",
                lines=1,
                max_lines=5,
                max_length=MAX_QUESTION,
                submit_btn="Fragen",
                autofocus=True,
            )
        fresh = gr.Button("Neues Gespräch beginnen", visible=False, size="sm", elem_id="neu")

        # Gradio's queue is left out: a question is one request with one response, which no lost stream can leave
        # waiting, and the worker's queue is the bound.
        event: dict[str, Any] = {"api_visibility": "private", "queue": False}
        outputs = [past, shown, box, area, fresh]
        for trigger, source in [(box.submit, box), *((button.click, button) for button in buttons)]:
            trigger(chat.respond, [source, past], outputs, show_progress_on=shown, **event)
        event["show_progress"] = "hidden"  # these two come at once
        fresh.click(lambda: ((), "", "", gr.update(visible=True), gr.update(visible=False)), None, outputs, **event)
        blocks.load(lambda: _opened(examples(), documents()), None, [head, area, *buttons], **event)
    return blocks


def theme() -> gr.themes.Base:
    """Return a theme that uses only fonts of the reader's machine; the style sheet does the rest."""
    return gr.themes.Base(font=_FONTS, font_mono=["ui-monospace", "Liberation Mono", "monospace"])


def _opened(examples: Sequence[str], documents: int | None) -> tuple[Any, ...]:
    """Fill the page's head and its example buttons."""
    shown = list(examples[:EXAMPLES])
    buttons = [gr.update(value=text, visible=True) for text in shown]
    buttons += [gr.update(visible=False)] * (EXAMPLES - len(shown))
    return render("head.html", documents=documents), gr.update(visible=bool(shown)), *buttons


def _html(past: Conversation) -> str:
    return "".join(exchange.html for exchange in past)
