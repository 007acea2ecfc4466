"""The register API: Webkassa v4 in the form in which integrations of the country use it.

A call is read, recorded by `kkm.journal` or answered from what was recorded; the rules stand there.
Every call is a POST with a JSON object, and answers `{"Data": …}` or `{"Errors": [{"Code": …,
"Text": …}]}`; only a repeated `ExternalCheckNumber` answers both. Paths and the names of fields are
read whatever their case; unknown fields are passed over.
"""
