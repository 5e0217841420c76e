WITH statin AS (
    SELECT person, min(day) AS first, bool_or(active) AS active FROM drug
    WHERE code IN ('314231', '312961', '198211', '617310', '617311', '617312', '259255', '859747', '859751', '904475') GROUP BY person)
SELECT p.person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AND NOT at_least_aged(birth, 81) AS age,
    (SELECT at_least_one(true) FROM diagnosis d
     WHERE d.person = p.person AND d.code IN ('55822004', '302870006', '414545008', '399211009')) AS indication,
    coalesce(active, false) AS statin,
    (SELECT agreed(CASE unit WHEN 'mg/dL' THEN value >= 70 WHEN 'mmol/L' THEN value >= 1.8 END)
     FROM newest m WHERE m.person = p.person AND m.code = '18262-6') AS ldl,
    (SELECT max(value) >= 100 FROM measured m
     WHERE m.person = p.person AND m.code = '18262-6' AND unit = 'mg/dL' AND day BETWEEN first - 365 AND first) AS ldl_before,
    NOT (SELECT agreed(CASE unit WHEN 'mmol/L' THEN value >= 4.5 END)
         FROM newest m WHERE m.person = p.person AND m.code = '2571-8') AS triglycerides,
    NOT (SELECT at_least_one(in_last(day, 90)) FROM diagnosis d
         WHERE d.person = p.person AND d.code IN ('22298006', '401303003', '401314000')) AS no_recent_infarction
FROM person p LEFT JOIN statin USING (person)
