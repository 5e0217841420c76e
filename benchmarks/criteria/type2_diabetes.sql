SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 40) AND NOT at_least_aged(birth, 76) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '44054006') AS diabetes,
    (SELECT agreed(CASE unit WHEN '%' THEN value BETWEEN 6.5 AND 10 WHEN 'mmol/mol' THEN value BETWEEN 48 AND 86 END)
     FROM newest m WHERE m.person = p.person AND m.code = '4548-4') AS hba1c,
    NOT (SELECT at_least_one(true) FROM drug d WHERE d.person = p.person AND d.code IN ('106892', '311034')) AS no_insulin,
    -- a clearance that was not related to 1.73 m² is another quantity
    NOT (SELECT agreed(CASE unit WHEN 'mL/min/{1.73_m2}' THEN value < 45 END)
         FROM newest m WHERE m.person = p.person AND m.code = '33914-3') AS egfr,
    NOT (SELECT at_least_one(in_last(day, 300)) FROM diagnosis d
         WHERE d.person = p.person AND d.code IN ('72892002', '47200007', '79586000')) AS not_pregnant,
    NOT (SELECT at_least_one(in_last(day, 180)) FROM diagnosis d
         WHERE d.person = p.person AND d.code IN ('22298006', '401303003', '401314000')) AS no_recent_infarction
FROM person p
