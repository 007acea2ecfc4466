# Alsep. `make help` says what there is.
SHELL := /bin/bash
PY := .venv/bin/python
HOST = 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
ARGS ?=
# Of the bench.
PARTS := pdf year appends verification api size pages load
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
export WORKERS

.NOTPARALLEL:
.PHONY: help demo dev test quick check bench $(PARTS) pictures messages environment libraries translations clean

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: environment libraries .env translations ## everything from nothing: a demo world and the server (HOST=, PORT=)
	@.ci/demo $(HOST) $(PORT)

dev: environment libraries .env translations ## the demo world, a server that reloads, Django's debug pages (HOST=, PORT=)
	@RELOAD=1 DEBUG=1 .ci/demo $(HOST) $(PORT)

test: environment libraries translations ## the whole suite (ARGS="tests/kkm -k shift", WORKERS=2)
	@.ci/test $(ARGS)

quick: environment ## what needs no Django, in seconds; with ROOM=tests/reports the tests of that room
	@.ci/quick $(ROOM)

check: environment libraries ## style, types, what needs no Django, missing migrations, missing translations, Django's own check of production settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@.ci/check-types
	@.ci/check-django
	@.ci/quick

bench: environment libraries translations ## measures, and prints the table of docs/measured.md (make bench size: that part)
	@$(PY) -m bench $(filter $(PARTS),$(MAKECMDGOALS)) $(ARGS)

$(PARTS): bench

pictures: environment libraries translations ## makes the pictures of the README, and of every page (var/pictures/index.html), from a demo world
	@chromium=$$(.ci/chromium) && $(PY) .ci/pictures.py "$$chromium"
	@ls -l docs/pictures
	@echo "Every page in both languages, both themes and two widths: var/pictures/index.html"

messages: environment .env ## brings the msgids of locale/kk up to date; then give the new ones their Kazakh
	@command -v msgmerge >/dev/null || .ci/packages "xgettext and msgmerge (collect words to translate)" gettext
	$(PY) manage.py makemessages --locale kk --no-obsolete --no-wrap --add-location file --ignore tests --ignore bench

environment:
	@.ci/environment

libraries: environment
	@.ci/system-libraries

.env: environment
	@.ci/dotenv

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po
	@command -v msgfmt >/dev/null || .ci/packages "msgfmt (compiles translations)" gettext
	@msgfmt --check-format --output-file=$@ $<

clean: ## removes .venv, caches and compiled translations; var/ and .env stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis $(CATALOGUES:.po=.mo)
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
