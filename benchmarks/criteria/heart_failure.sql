WITH failure AS (SELECT person, min(day) AS first FROM diagnosis WHERE code IN ('84114007', '88805009') GROUP BY person)
SELECT p.person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AS age,
    first IS NOT NULL AS heart_failure,
    (SELECT agreed(CASE unit WHEN '%' THEN value <= 50 END) FROM newest m WHERE m.person = p.person AND m.code = '10230-1') AS ejection,
    CASE WHEN EXISTS (SELECT 1 FROM measured m WHERE m.person = p.person AND m.code = '33762-6')
         THEN (SELECT at_least_one(CASE unit WHEN 'pg/mL' THEN value >= 600 WHEN 'ng/L' THEN value >= 600 END)
               FROM measured m WHERE m.person = p.person AND m.code = '33762-6') END AS nt_probnp,
    (SELECT at_least_one(true) FROM drug d WHERE d.person = p.person AND active AND d.code IN (
        '866412', '866427', '866436', '866924', '866514', '200033', '686924', '197380', '197381', '896762',
        '314076', '314077', '311354', '197884', '311353', '197885', '858817', '858813', '314203', '898346',
        '979492', '979485', '979480', '200095', '349201', '636042', '1656356', '1656346')) AS treated,
    NOT (SELECT agreed(CASE unit WHEN 'mm[Hg]' THEN value < 95 END) FROM newest m WHERE m.person = p.person AND m.code = '8480-6') AS pressure,
    NOT (SELECT at_least_one(day BETWEEN first - 90 AND first) FROM diagnosis d
         WHERE first IS NOT NULL AND d.person = p.person AND d.code IN ('22298006', '401303003', '401314000')) AS no_infarction_before
FROM person p LEFT JOIN failure USING (person)
