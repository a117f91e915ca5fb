"""What one writes in an afternoon: one mail at a time, no guard, no second thought. The measure to compare with.

It connects, takes each mail, parses it, cuts the quote with one regex, classifies, stores a row with its own commit,
renders a template and sends it over a connection of its own, and sets a flag. It loses, doubles and misdirects.
"""

import re
import smtplib
import sqlite3
import ssl
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import imapclient
import jinja2
import mailparser
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import MultiLabelBinarizer

from classifiers.examples import Example
from daemon.mail.imap import ImapLogin

QUOTE = re.compile(r"\n(>|On .{5,200} wrote:|Am .{5,200} schrieb).*", re.DOTALL)
ANSWER = jinja2.Template("Hello {{ name }},\n\nwe have your address from {{ source }}.\n")


def trained(examples: list[Example]) -> tuple[Pipeline, MultiLabelBinarizer]:
    """A plain pipeline on the same corpus; training is not timed."""
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        ]
    )
    labels = MultiLabelBinarizer()
    wanted = labels.fit_transform([[str(intent) for intent in example.intents] for example in examples])
    pipeline = Pipeline([("features", features), ("model", OneVsRestClassifier(LogisticRegression()))])
    return pipeline.fit([example.text for example in examples], wanted), labels


def run(login: ImapLogin, smtp_port: int, database: Path, model: tuple[Pipeline, Any]) -> int:
    """Answer every mail in the mailbox; returns how many there were."""
    pipeline, labels = model
    store = sqlite3.connect(database)
    store.execute("CREATE TABLE IF NOT EXISTS replies (uid INTEGER, sender TEXT, body TEXT, labels TEXT)")
    context = ssl.create_default_context(cafile=str(login.cafile))
    with imapclient.IMAPClient(login.host, port=login.port, ssl_context=context) as client:
        client.login(login.user, login.password)
        client.select_folder("INBOX")
        uids = client.search(["UNSEEN"])
        for uid in uids:
            mail = mailparser.parse_from_bytes(client.fetch([uid], ["RFC822"])[uid][b"RFC822"])
            text = QUOTE.sub("", "\n".join(mail.text_plain))
            found = labels.inverse_transform(pipeline.predict([text]))[0]
            sender = mail.from_[0][1]
            store.execute("INSERT INTO replies VALUES (?, ?, ?, ?)", (uid, sender, text, ",".join(found)))
            store.commit()
            if {"opt_out", "data_source", "access"} & set(found):
                _send(smtp_port, sender)
            client.add_flags([uid], [b"\\Answered"])
    store.close()
    return len(uids)


def _send(port: int, recipient: str) -> None:
    letter = MIMEText(ANSWER.render(name=recipient, source="our list"))
    letter["Subject"], letter["From"], letter["To"] = "Re: your question", "sales@firm.example", recipient
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(letter)
