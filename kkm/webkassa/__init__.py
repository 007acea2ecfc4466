"""The register API, Webkassa v4 as the country's integrations speak it: parse, call the door,
answer. Nothing is decided here.

Every call is a POST with a JSON object, and answers `{"Data": …}` or `{"Errors": [{"Code": …,
"Text": …}]}`; only a repeated `ExternalCheckNumber` answers both. Paths and the names of fields are
read whatever their case; fields that we do not know are passed over.
"""
