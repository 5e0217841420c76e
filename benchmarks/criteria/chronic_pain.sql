SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AS age,
    (SELECT at_least_one(true) FROM diagnosis d
     WHERE d.person = p.person AND d.code IN ('82423001', '278860009', '1121000119107', '203082005')) AS chronic_pain,
    (SELECT at_least_one(in_last(day, 1825) AND NOT in_last(day, 30)) FROM drug d WHERE d.person = p.person AND d.code IN (
        '1049625', '1049504', '1049221', '1860154', '856987', '1860491', '857005', '856980', '245134', '835603', '993770')) AS opioid,
    (SELECT CASE WHEN bool_or(score AND seen) THEN true WHEN bool_and(NOT score) AND coalesce(bool_or(seen), false) THEN false
                 WHEN bool_and(NOT score OR seen IS false) AND coalesce(bool_or(seen), false) THEN false END
     FROM (SELECT value >= 4 AS score, in_last(day, 730) AS seen FROM measured m WHERE m.person = p.person AND m.code = '72514-3')) AS pain,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('5602001', '6525002')) AS no_abuse,
    NOT (SELECT at_least_one(true) FROM drug d WHERE d.person = p.person AND d.code = '351266') AS no_buprenorphine,
    (SELECT bool_and(value <= 5) FROM measured m WHERE m.person = p.person AND m.code = '82667-7') AS dast
FROM person p
