"""``fundstelle keys``: who may use the service. Each change counts at once, also for a running server."""

from dataclasses import asdict
from typing import Annotated

import typer

from rag.audit import Action, AuditLog
from rag.keys import COMMAND_LINE_NAME, KeyStore, Role
from rag.settings import load_settings
from ui.terminal import AsJson, as_json_text, notice

keys_app = typer.Typer(no_args_is_help=True, help="Festlegen, wer den Dienst benutzen darf.")

Name = Annotated[str, typer.Argument(help="Wem der Schlüssel gehört: eine Person, ein Amt oder ein Programm.")]


@keys_app.command("add")
def keys_add(
    name: Name,
    role: Annotated[Role, typer.Option(help="reader: fragen und lesen; editor: auch den Bestand pflegen.")],
) -> None:
    """Einen Schlüssel anlegen und dieses eine Mal zeigen."""
    data = load_settings().data
    keys = KeyStore(data)
    first = not keys.required()
    token = keys.add(name, role)
    AuditLog(data).record(COMMAND_LINE_NAME, Action.KEY_ADDED, name)
    typer.echo(token)
    notice(f"Der Schlüssel „{name}“ ({role}) gilt ab sofort. Er wird nur jetzt angezeigt: Bewahren Sie ihn sicher auf.")
    if first:
        notice("Ab jetzt nimmt der Server nur noch Anfragen mit einem Schlüssel an.")


@keys_app.command("list")
def keys_list(as_json: AsJson = False) -> None:
    """Alle Schlüssel zeigen, auch die gesperrten, ohne ihren Inhalt."""
    keys = KeyStore(load_settings().data).entries()
    if as_json:
        typer.echo(as_json_text([asdict(key) for key in keys]))
    elif not keys:
        typer.echo("Es gibt keine Schlüssel. `fundstelle keys add` legt den ersten an.")
    else:
        width = max(len(key.name) for key in keys)
        for key in keys:
            state = f"gesperrt {key.revoked}" if key.revoked else "gültig"
            typer.echo(f"{key.name:<{width}}  {key.role}  angelegt {key.created}  {state}")


@keys_app.command("revoke")
def keys_revoke(name: Name) -> None:
    """Einen Schlüssel sperren."""
    data = load_settings().data
    keys = KeyStore(data)
    keys.revoke(name)
    AuditLog(data).record(COMMAND_LINE_NAME, Action.KEY_REVOKED, name)
    notice(f"Der Schlüssel „{name}“ ist gesperrt und gilt ab sofort nicht mehr.")
    if all(key.revoked for key in keys.entries()):
        notice("Es gilt kein Schlüssel mehr: Der Server weist alle ab, bis Sie einen neuen anlegen.")
