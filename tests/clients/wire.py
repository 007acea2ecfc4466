"""What all clients have: a path, a body as text, an answer as that language reads JSON."""

import json

from django.test import Client

from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD


class Wire:
    """HTTP to the server under test. `key`: header x-api-key, or none as old clients."""

    login, password = LOGIN, PASSWORD

    def __init__(self) -> None:
        self._client = Client()

    def post(self, path: str, body: str, **headers: str) -> dict:
        """The answer to a body that is written out, whatever its numbers look like."""
        response = self._client.post(
            path,
            body,
            content_type="application/json",
            headers={"x-api-key": KEY, **headers},
        )
        assert response.status_code == 200, (path, response.content)
        return json.loads(response.content)


def typed_double(value: object) -> float:
    """A field that a typed client declares as a double: an integer does not fit it."""
    assert isinstance(value, float), value
    return value
