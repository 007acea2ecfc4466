"""The description of the API: for programs (OpenAPI) and for people (a page that needs no script).

Both are made of the declarations of the calls; the words and the examples stand here.
"""
