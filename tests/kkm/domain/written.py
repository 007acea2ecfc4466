"""The forms of a small journal, written out, so that no change of a form goes unnoticed.

It needs no Django: tests.kkm.vectors makes the same journal in a database.
"""

# What is sealed, and the seals; both written out, so that no change of the form goes unnoticed.
ACTIVATION = (
    '["alsep-journal-1","","SWK00053162",1,30,0,1773286200,1773286200,false,"serikov","Сериков Н.Б.","","",0,[0,0,0,0,0],0,'
    '[0,0,0,0,0,0,0,0,0,0,0],"{\\"comment\\":\\"новая касса\\",\\"registration_number\\":\\"010203040506\\"}","",[]]',
    "14c34972ed60f99e15c009c35c6b8b93b691107b272fb918245d07a9c536165b",
)
# What an activation freezes today, and its seal.
FREEZING_ACTIVATION = (
    '{"comment":"новая касса","registration_number":"010203040506","requisites":{"address":"г. Алматы, ул. Толе би, д. 187",'
    '"address_kk":"","identity_number":"309412","ofd":"АО \\"Казахтелеком\\"","ofd_code":"1","ofd_en":"",'
    '"ofd_host":"consumer.oofd.kz","ofd_kk":"\\"Қазақтелеком\\" АҚ","sections":{},"taxpayer":"ТОО «Береке»",'
    '"taxpayer_number":"150740001357","trade_name":"маг. «Береке»","vat_number":"0012345","vat_series":"60001"}}',
    "512cb435445d48fff7cc3e02c91a85890bb83ba1c9e6f65706c4a67e27959d22",
)
SALE = (
    '["alsep-journal-1","14c34972ed60f99e15c009c35c6b8b93b691107b272fb918245d07a9c536165b","SWK00053162",2,2,1,1773288005,'
    '1773288600,true,"1","Ахметова А.К.","a1b2-c3","2697787",38200,[18200,20000,0,0,0],1800,[38200,0,0,0,1,0,0,0,0,0,18200],"","",'
    '[[0,"01","Нан «Бөлке» 1/2 \\"ақ\\"",1500,25000,37500,1500,0,16000,4966,""],'
    '[0,"","Пакет",1000,3000,3000,0,200,null,0,"{\\"code\\":\\"7\\",\\"unit\\":\\"шт\\"}"],'
    '[1,"","Карта гостя",0,0,0,1000,0,16000,138,""]]]',
    "97d46a987d77bbb5a0396a867b583744f1fa02215efb52431453fdc6ab49099e",
)
CLOSING = (
    '["alsep-journal-1","97d46a987d77bbb5a0396a867b583744f1fa02215efb52431453fdc6ab49099e","SWK00053162",3,20,1,1773331478,'
    '1773331479,false,"1","Ахметова А.К.","","",0,[0,0,0,0,0],0,[38200,0,0,0,1,0,0,0,0,0,18200],"",'
    '"b7921eee6483f946be8dbaa5393d36b3128997c1b6b64cdbeb0253b21f8f309e",[]]',
    "f3678691a14b50d772b107e3e71bd022c65b1e15f85a0c717107e591f974ff12",
)
Z = (
    '{"closing":{"cash":18200,"deposit_count":0,"purchase_count":0,"purchase_return_count":0,"purchase_return_total":0,'
    '"purchase_total":0,"sale_count":1,"sale_return_count":0,"sale_return_total":0,"sale_total":38200,"withdrawal_count":0},'
    '"heading":{"address":"г. Алматы, ул. Толе би, д. 187","address_kk":"","cashier_code":"1","cashier_name":"Ахметова А.К.",'
    '"closed_at":"2026-03-12T21:04:38+05:00","first_number":2,"identity_number":"309412","last_number":3,'
    '"ofd":"АО \\"Казахтелеком\\"","ofd_host":"consumer.oofd.kz","opened_at":"2026-03-12T09:00:05+05:00",'
    '"registration_number":"010203040506","reported_at":"2026-03-12T21:04:38+05:00","sections":{},"serial_number":"SWK00053162",'
    '"shift_number":1,"taxpayer":"ТОО «Береке»","taxpayer_number":"150740001357","trade_name":"маг. «Береке»",'
    '"vat_number":"0012345","vat_series":"60001"},"opening":{"cash":0,"deposit_count":0,"purchase_count":0,'
    '"purchase_return_count":0,"purchase_return_total":0,"purchase_total":0,"sale_count":0,"sale_return_count":0,'
    '"sale_return_total":0,"sale_total":0,"withdrawal_count":0},"totals":{"amount/2":38200,"change/2":1800,"discount/2":2500,'
    '"discounts/2":2,"documents":2,"goods/2/":3000,"goods/2/01":37500,"markup/2":200,"markups/2":1,"offline/2":1,"paid/2/0":18200,'
    '"paid/2/1":20000,"payments/2/0":1,"payments/2/1":1,"positions/2/":1,"positions/2/01":1,"tickets/2":1,"turnover/2/16000":35000,'
    '"turnover/2/none":3200,"vat/2/16000":4828},"version":1}'
)
