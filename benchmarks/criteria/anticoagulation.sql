SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('49436004', '132281000119108')) AS indication,
    (SELECT agreed(CASE unit WHEN '10*3/uL' THEN value >= 100 END) FROM newest m WHERE m.person = p.person AND m.code = '777-3') AS platelets,
    (SELECT agreed(CASE unit WHEN 'U/L' THEN value <= 120 END) FROM newest m WHERE m.person = p.person AND m.code = '1742-6') AS alt,
    NOT (SELECT at_least_one(true) FROM drug d WHERE d.person = p.person AND active AND d.code = '855332') AS no_warfarin,
    NOT (SELECT at_least_one(in_last(day, 30)) FROM drug d WHERE d.person = p.person AND d.code IN (
        '1659263', '1361048', '854235', '854252', '854255')) AS no_heparin,
    NOT (SELECT CASE WHEN EXISTS (SELECT 1 FROM diagnosis WHERE system LIKE '%icd-10%') THEN at_least_one(d.system LIKE '%icd-10%' AND d.code LIKE 'I61%') END
         FROM diagnosis d WHERE d.person = p.person) AS no_bleeding,
    (SELECT CASE WHEN bool_or(value > 4) THEN false ELSE max(value) <= 4 END
     FROM measured m WHERE m.person = p.person AND m.code = '6301-6') AS inr
FROM person p
