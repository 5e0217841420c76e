"""The gateway: what a grant lets its holder read, over the open Delta Sharing protocol and as governed SQL.

Here may live: the protocol, the preparation of granted rows, and the web application. Here must not live: who may read
what (that is the rights', asked at every request), and where tables lie (passed in). Nothing here opens a table that is
not published.
"""
