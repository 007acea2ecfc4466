"""What the register API takes from HTTP: the body of a request, who calls, codes of refusals."""
