"""The letters and mails that come with Kervan, in both languages. An office changes them in new versions of its own.

about: name of a merge source; the fields are those of that source.
"""

from typing import Final

SEEDS: Final[tuple[dict[str, str], ...]] = (
    {
        "code": "contact-still-right",
        "channel": "mail",
        "about": "contact",
        "title_en": "Are your details still right?",
        "title_tr": "Bilgileriniz güncel mi?",
        "subject_en": "{{ our_university }}: are your contact details still right?",
        "subject_tr": "{{ our_university }}: iletişim bilgileriniz güncel mi?",
        "body_en": """Dear {{ name }},

we keep you as a contact of {{ university }} for our cooperation. So that nominations, agreements and letters reach \
the right person, please tell us whether this is still correct.

The page needs no account; press one button there:

{{ confirm_address }}

If somebody else has taken over, the same page lets you name that person.

With kind regards

International Relations Office
{{ our_university }}
""",
        "body_tr": """Sayın {{ name }},

İş birliğimizde sizi kurumunuzun irtibat kişisi olarak kayıtlarımızda tutuyoruz (kurum: {{ university }}). Adaylık \
bildirimlerinin, anlaşmaların ve yazıların doğru kişiye ulaşması için bilgilerinizin güncel olup olmadığını bize \
bildirmenizi rica ederiz.

Hesap açmanız gerekmez; sayfada tek bir düğmeye basmanız yeterlidir:

{{ confirm_address }}

Bu görevi başka biri üstlendiyse aynı sayfadan bildirebilirsiniz.

Saygılarımızla

Dış İlişkiler Ofisi
{{ our_university }}
""",
    },
    {
        "code": "contact-nominations",
        "channel": "mail",
        "about": "contact",
        "title_en": "Send your nominations",
        "title_tr": "Adaylarınızı bildirin",
        "subject_en": "Nominations for the coming term at {{ our_university }}",
        "subject_tr": "{{ our_university }}: gelecek dönem için aday bildirimi",
        "body_en": """Dear {{ name }},

we look forward to welcoming students of {{ university }} in the coming term. Please send us your nominations: name, \
e-mail address, level and field of study, and the term of the stay.

Our fact sheet with the dates of the term, courses, housing and visa stands on our website. If a place cannot be \
used this year, a short word helps us to plan.

With kind regards

International Relations Office
{{ our_university }}
""",
        "body_tr": """Sayın {{ name }},

Gelecek dönemde kurumunuzun öğrencilerini ağırlamaktan memnuniyet duyacağız (kurum: {{ university }}). Adaylarınızı \
ad, e-posta adresi, öğrenim kademesi, alan ve hareketlilik dönemi bilgileriyle birlikte bize bildirmenizi rica ederiz.

Akademik takvim, dersler, konaklama ve vize bilgileri internet sitemizdeki bilgi formunda yer almaktadır. Bu yıl \
kullanılamayacak kontenjan varsa kısaca bildirmeniz planlamamıza yardımcı olur.

Saygılarımızla

Dış İlişkiler Ofisi
{{ our_university }}
""",
    },
    {
        "code": "contact-renewal",
        "channel": "mail",
        "about": "contact",
        "title_en": "Proposal to renew the agreement",
        "title_tr": "Anlaşmanın yenilenmesi önerisi",
        "subject_en": "Shall we renew our agreement with {{ university }}?",
        "subject_tr": "Anlaşmamızı yenileyelim mi? ({{ university }})",
        "body_en": """Dear {{ name }},

our agreement with {{ university }} is coming to its end. The cooperation has been good for our students and staff, \
and we should like to renew it.

Please let us know

1. whether you wish to continue,
2. whether numbers, fields or levels should change,
3. who signs on your side.

We shall then prepare a draft and send it to you.

With kind regards

International Relations Office
{{ our_university }}
""",
        "body_tr": """Sayın {{ name }},

Kurumunuzla olan ikili anlaşmamızın süresi dolmak üzeredir (kurum: {{ university }}). İş birliğimiz öğrencilerimiz ve \
personelimiz için verimli olmuştur; anlaşmayı yenilemek isteriz.

Aşağıdaki hususları bize bildirmenizi rica ederiz:

1. Devam etmek isteyip istemediğiniz,
2. kontenjan, alan veya kademelerde değişiklik olup olmayacağı,
3. kurumunuz adına kimin imzalayacağı.

Ardından bir taslak hazırlayıp size göndereceğiz.

Saygılarımızla

Dış İlişkiler Ofisi
{{ our_university }}
""",
    },
    {
        "code": "contact-signing",
        "channel": "letter",
        "about": "contact",
        "title_en": "Invitation to a signing ceremony",
        "title_tr": "İmza törenine davet",
        "subject_en": "Invitation to the signing of our agreement",
        "subject_tr": "Anlaşmamızın imza törenine davet",
        "body_en": """Dear {{ name }},

it is a pleasure for {{ our_university }} to invite you and a delegation of {{ university }} to the signing of our \
agreement.

The ceremony takes place on our campus. Date, programme and directions follow as soon as you tell us how many \
guests we may expect. We gladly help with accommodation and with letters for a visa.

We look forward to meeting you.
""",
        "body_tr": """Sayın {{ name }},

Sizi ve kurumunuzun heyetini anlaşmamızın imza törenine davet etmekten memnuniyet duyarız (davet eden: \
{{ our_university }}; davetli kurum: {{ university }}).

Tören yerleşkemizde yapılacaktır. Kaç misafir bekleyebileceğimizi bildirdiğinizde tarih, program ve ulaşım bilgilerini \
ileteceğiz. Konaklama ve vize davet yazıları konusunda memnuniyetle yardımcı oluruz.

Sizi ağırlamaktan onur duyacağız.
""",
    },
    {
        "code": "contact-thanks",
        "channel": "letter",
        "about": "contact",
        "title_en": "Thank you after a visit",
        "title_tr": "Ziyaret sonrası teşekkür",
        "subject_en": "Thank you for your visit",
        "subject_tr": "Ziyaretiniz için teşekkür",
        "body_en": """Dear {{ name }},

thank you for the visit and for the open talks. They brought {{ university }} and {{ our_university }} a good step \
closer.

We shall keep to what we agreed upon and write to you about each point. Should anything be missing in our notes, \
please tell us.

We hope to see you again soon.
""",
        "body_tr": """Sayın {{ name }},

Ziyaretiniz ve samimi görüşmeler için teşekkür ederiz. Bu görüşmeler iki kurumu birbirine daha da yaklaştırmıştır \
({{ university }}, {{ our_university }}).

Üzerinde anlaştığımız konuları takip edecek ve her biri hakkında size yazacağız. Notlarımızda eksik kalan bir husus \
varsa bildirmenizi rica ederiz.

En kısa zamanda yeniden görüşmeyi dileriz.
""",
    },
    {
        "code": "person-general",
        "channel": "letter",
        "about": "person",
        "title_en": "General letter to a person",
        "title_tr": "Kişiye genel yazı",
        "subject_en": "Your stay abroad",
        "subject_tr": "Yurt dışı hareketliliğiniz hakkında",
        "body_en": """Dear {{ name }},

this letter concerns your stay abroad. It is issued at your request, to be shown wherever it is asked for.

According to our records you are a student of {{ unit }}, student number {{ student_number }}.
""",
        "body_tr": """Sayın {{ name }},

Bu yazı yurt dışı hareketliliğinizle ilgili olup isteğiniz üzerine, ilgili makamlara sunulmak amacıyla düzenlenmiştir.

Kayıtlarımıza göre biriminiz {{ unit }}, öğrenci numaranız {{ student_number }} olarak görünmektedir.
""",
    },
)
