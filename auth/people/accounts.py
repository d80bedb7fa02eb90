"""The accounts at the identity provider that Maru has seen."""

import sqlalchemy as sa

from auth.keycloak.restoring import Account
from auth.people.models import Person


def known(connection: sa.Connection) -> list[Account]:
    """Of everybody who has ever signed in, also by an ID that is merged into another; whose username has moved on to a
    newer account has none of their own. `connection` is one that every row is open to."""
    columns = (Person.subject, Person.username, Person.name, sa.func.coalesce(Person.email, ""))
    seen = sa.select(*columns).where(Person.subject.is_not(None), Person.username.is_not(None)).order_by(Person.subject)
    return [Account(*map(str, row)) for row in connection.execute(seen)]
