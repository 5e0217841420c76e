WITH creatinine AS (
    SELECT person, CASE unit WHEN 'mg/dL' THEN value * 10 WHEN 'mg/L' THEN value END AS mg_l
    FROM measured WHERE code IN ('2160-0', '38483-4') QUALIFY moment = max(moment) OVER (PARTITION BY person))
SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AND NOT at_least_aged(birth, 86) AS age,
    (SELECT at_least_one(true) FROM diagnosis d
     WHERE d.person = p.person AND d.code IN ('431855005', '431856006', '433144002', '431857002')) AS kidney_disease,
    (SELECT agreed(mg_l BETWEEN 8 AND 60) FROM creatinine c WHERE c.person = p.person) AS creatinine,
    CASE WHEN EXISTS (SELECT 1 FROM measured m WHERE m.person = p.person AND m.code = '14959-1')
         THEN (SELECT at_least_one(CASE unit WHEN 'mg/g' THEN value > 30 END) FROM measured m WHERE m.person = p.person AND m.code = '14959-1')
    END AS albuminuria,
    (SELECT at_least_one(in_last(day, 365)) FROM drug d WHERE d.person = p.person AND d.code IN (
        '314076', '314077', '311354', '197884', '311353', '197885', '858817', '858813', '314203', '898346',
        '979492', '979485', '979480', '200095', '349201', '636042', '1656356', '1656346')) AS renin_blocker,
    NOT ((SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '161665007')
         OR (SELECT at_least_one(true) FROM treatment t WHERE t.person = p.person AND t.code = '70536003')) AS no_transplant,
    NOT (SELECT at_least_one(in_last(day, 90)) FROM treatment t WHERE t.person = p.person AND t.code = '265764009') AS no_dialysis
FROM person p
