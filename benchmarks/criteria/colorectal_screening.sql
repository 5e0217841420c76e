SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 45) AND NOT at_least_aged(birth, 76) AS age,
    NULL::BOOLEAN AS contact, -- no Consent among the records
    NOT (SELECT at_least_one(in_last(day, 3650)) FROM treatment t WHERE t.person = p.person AND t.code = '73761001') AS no_colonoscopy,
    NOT (SELECT at_least_one(in_last(day, 365)) FROM treatment t WHERE t.person = p.person AND t.code = '104435004') AS no_blood_test,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('363406005', '109838007', '93761005')) AS no_cancer,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('713197008', '68496003')) AS no_polyps,
    NOT (SELECT at_least_one(true) FROM treatment t WHERE t.person = p.person AND t.code = '385763009') AS no_hospice
FROM person p
