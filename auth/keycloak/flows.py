"""How people sign in, as code: a password for residents, a second factor where Maru asks for one (domain 7.4: MFA for staff).

Maru asks by level (`acr`): 1 is a password or a passkey; 2 a one-time code as well, or the passkey, shown again where
the sign-in is some time ago. Keycloak's flows cannot be changed in one step while they are in use, so a new one is built beside the old,
then bound, then the old one is removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.keycloak.connection import Administrator
from auth.keycloak.realm import SETTINGS

AGAIN = " again"
"""Ends the name of a flow that is built to take the place of the one in use."""


@dataclass(frozen=True)
class Step:
    """One step: what `provider` does, or `steps` of a flow of its own under a `name`."""

    requirement: str
    provider: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    steps: tuple["Step", ...] = ()


def level(number: int, *steps: Step) -> Step:
    """Steps that lead to a level, where it is asked for and not reached yet; it holds as long as a session may last."""
    settings = {"loa-condition-level": str(number), "loa-max-age": str(SETTINGS["ssoSessionMaxLifespan"])}
    asked = Step("REQUIRED", "conditional-level-of-authentication", settings)
    return Step("CONDITIONAL", name=f"level {number}", steps=(asked, *steps))


WITHOUT_PASSKEY = Step(
    "REQUIRED", "conditional-credential", {"credentials": "webauthn-passwordless", "included": "false"}
)
NOT_SHOWN = Step(
    "REQUIRED", "conditional-sub-flow-executed", {"flow_to_check": "{top} - shown", "check_result": "not-executed"}
)
SECOND_FACTOR = (
    Step(
        "CONDITIONAL",
        name="shown",
        steps=(
            WITHOUT_PASSKEY,
            Step("REQUIRED", "conditional-user-configured"),
            Step("ALTERNATIVE", "webauthn-authenticator-passwordless"),
            Step("ALTERNATIVE", "auth-otp-form"),
        ),
    ),
    Step("CONDITIONAL", name="connected", steps=(WITHOUT_PASSKEY, NOT_SHOWN, Step("REQUIRED", "auth-otp-form"))),
)
"""Whoever has a passkey or an app shows one of them; whoever has neither connects an app, and is asked for it."""


@dataclass(frozen=True)
class Flow:
    """A flow of the realm: what it is for, in the words of a change, its name, and its steps."""

    purpose: str
    name: str
    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Of the one in use, and of the one that takes its place, in turn."""
        return self.name, self.name + AGAIN


SIGN_IN = Flow(
    "of signing in",
    "maru",
    (
        Step("ALTERNATIVE", "auth-cookie"),
        Step("ALTERNATIVE", "identity-provider-redirector"),
        Step(
            "ALTERNATIVE",
            name="forms",
            steps=(level(1, Step("REQUIRED", "auth-username-password-form")), level(2, *SECOND_FACTOR)),
        ),
    ),
)
FIRST_FROM_OUTSIDE = Flow(
    "of a first sign-in through another provider",
    "maru first",
    (
        Step("REQUIRED", "idp-review-profile", {"update.profile.on.first.login": "on"}),
        Step(
            "REQUIRED",
            name="account",
            steps=(
                Step(
                    "ALTERNATIVE", "idp-create-user-if-unique", {"require.password.update.after.registration": "false"}
                ),
                Step(
                    "ALTERNATIVE",
                    name="known",
                    steps=(
                        Step("REQUIRED", "idp-confirm-link"),
                        Step("REQUIRED", "idp-username-password-form"),
                        SECOND_FACTOR[0],
                    ),
                ),
            ),
        ),
    ),
)
"""A new account, looked at by its person; or one that is there already, once its owner has proven that it is theirs by its
password, and by a second factor where they have one. What a provider says of an e-mail address links nothing.
"""
FROM_OUTSIDE = Flow(
    "after another provider",
    "maru after",
    (level(1, Step("REQUIRED", "allow-access-authenticator")), level(2, *SECOND_FACTOR)),
)
"""Another provider stands in for the password alone: whoever needs a second factor shows it here (domain 7.4)."""


def standing(admin: Administrator, flow: Flow) -> str | None:
    """The name under which a flow is there as we ask for it, whoever has changed it."""
    there = {one["alias"] for one in admin.get_authentication_flows()}
    return next((name for name in flow.names if name in there and stands(admin, flow, name)), None)


def stands(admin: Administrator, flow: Flow, name: str) -> bool:
    """Whether the flow of that name is what we ask for."""
    executions = admin.get_authentication_flow_executions(name)
    return list(_shape(admin, executions)) == list(_wanted(name, flow.steps))


def build(admin: Administrator, flow: Flow, name: str) -> None:
    """Make the flow, in place of an unfinished one of that name; nobody signs in by it until it is bound."""
    remove(admin, name)
    admin.create_authentication_flow({"alias": name, "providerId": "basic-flow", "topLevel": True, "builtIn": False})
    _build(admin, name, name, flow.steps)


def remove(admin: Administrator, name: str) -> None:
    """Remove a flow that is not in use, if it is there."""
    for flow in admin.get_authentication_flows():
        if flow["alias"] == name:
            admin.delete_authentication_flow(flow["id"])


def _build(admin: Administrator, top: str, parent: str, steps: tuple[Step, ...]) -> None:
    for step in steps:
        alias = f"{top} - {step.name}"
        if step.provider:
            admin.create_authentication_flow_execution({"provider": step.provider}, parent)
        else:
            admin.create_authentication_flow_subflow({"alias": alias, "type": "basic-flow"}, parent)
        made = [one for one in admin.get_authentication_flow_executions(parent) if one["level"] == 0][-1]
        admin.update_authentication_flow_executions(made | {"requirement": step.requirement}, parent)
        if step.settings:
            settings = {"alias": f"{parent} - {step.provider}", "config": _settings(top, step)}
            admin.create_execution_config(made["id"], settings)
        if step.steps:
            _build(admin, top, alias, step.steps)


def _settings(top: str, step: Step) -> dict[str, str]:
    """With the name of the flow that they are part of, where they refer to another part."""
    return {key: value.replace("{top}", top) for key, value in step.settings.items()}


def _wanted(top: str, steps: tuple[Step, ...], depth: int = 0) -> Iterator[tuple[Any, ...]]:
    for step in steps:
        yield depth, step.requirement, step.provider, _settings(top, step)
        yield from _wanted(top, step.steps, depth + 1)


def _shape(admin: Administrator, executions: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for one in executions:
        settings = {}
        if config := one.get("authenticationConfig"):
            settings = admin.connection.raw_get(_config_at(admin, config)).json().get("config", {})
        yield one["level"], one["requirement"], one.get("providerId", ""), settings


def _config_at(admin: Administrator, config: str) -> str:
    return f"admin/realms/{admin.get_current_realm()}/authentication/config/{config}"
