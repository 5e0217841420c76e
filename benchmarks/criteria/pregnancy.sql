WITH pregnancy AS (SELECT person, max(day) AS began FROM diagnosis WHERE code = '72892002' GROUP BY person)
SELECT p.person,
    NOT dead AS alive,
    sex = 'female' AS woman,
    at_least_aged(birth, 18) AND NOT at_least_aged(birth, 46) AS age,
    coalesce(began IS NOT NULL, false) AND CASE WHEN began IS NULL THEN false ELSE in_last(began, 730) END AS pregnancy,
    (SELECT agreed(CASE unit WHEN 'g/dL' THEN value < 15 WHEN 'g/L' THEN value < 150 END)
     FROM newest m WHERE m.person = p.person AND m.code = '718-7') AS haemoglobin,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '398254007') AS no_preeclampsia,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '44054006') AS no_diabetes,
    NOT (SELECT at_least_one(day BETWEEN began - 365 AND began) FROM diagnosis d
         WHERE began IS NOT NULL AND d.person = p.person AND d.code IN ('19169002', '85116003', '156073000')) AS no_miscarriage_before,
    NOT (SELECT agreed(CASE unit WHEN 'kg/m2' THEN value >= 40 END) FROM newest m WHERE m.person = p.person AND m.code = '39156-5') AS bmi
FROM person p LEFT JOIN pregnancy USING (person)
