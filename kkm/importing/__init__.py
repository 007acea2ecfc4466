"""Operations from a file of lines, one JSON object a line (JSON Lines, UTF-8), as `manage.py
import_operations` takes them.

Every line has
  type              "ticket", "placement" or "closing"
  kkm               serial number (ЗНМ) of the register
  external_number   obligatory, 1 to 50 characters, one operation of the register for ever: a line
                    that is already there is passed over, the same number with another content is
                    refused
  at                when it happened: ISO 8601 with an offset, or dd.MM.yyyy HH:mm:ss in Almaty;
                    whole seconds, no microseconds are kept
and may have
  received_at       when the server got it, in the same forms; otherwise the same as `at`
  cashier           {"code", "name"}
  offline           true or false (otherwise false)
A placement has
  kind              "deposit" or "withdrawal";  amount
A ticket has
  kind              "sale", "sale_return", "purchase" or "purchase_return"
  positions         [{"name", "quantity", "price"}] and if need be section, discount, markup, rate
                    (VAT in percent; null or absent: without VAT), goods (the cost before discount
                    and markup, if rounding makes it differ from quantity × price by less than a
                    tenge), code, unit, gtin, ntin, marks (a list)
  payments          {"cash", "card", "credit", "tare", "mobile"}: what was taken, cash with the
                    change in it; of several payments of one kind, as by two cards, a list of sums,
                    which are added up
and may have
  change            given back out of the cash
  modifiers         [{"kind": "discount" or "markup", "amount", "rate", "name"}], on the whole
                    ticket
  buyer             ИИН/БИН;  basis: {"number", "at", "total", "registration_number", "offline"},
                    the ticket that is returned

Sums are tenge, numbers or texts with at most two decimals; quantities have at most three, rates
too. Numbers are read as they are written and never become floats. Other keys are passed over; a key
that is there twice is refused. A ticket has at most 1000 positions and modifiers. Empty lines are
allowed. A line is at most a megabyte.
"""
