WITH now_on AS (
    SELECT person,
        bool_or(code IN ('314076', '314077', '311354', '197884', '311353', '197885', '858817', '858813', '314203', '898346', '979492',
                         '979485', '979480', '200095', '349201', '636042', '1656356', '1656346')) AS renin,
        bool_or(code IN ('308136', '898346', '897685')) AS calcium,
        bool_or(code IN ('310798', '197885', '636042', '313988', '1719286')) AS diuretic
    FROM drug WHERE active GROUP BY person)
SELECT p.person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '59621000') AS hypertension,
    (SELECT agreed(value >= 140) FROM newest m WHERE m.person = p.person AND m.code = '8480-6')
      OR (SELECT agreed(value >= 90) FROM newest m WHERE m.person = p.person AND m.code = '8462-4') AS uncontrolled,
    coalesce(renin::INT + calcium::INT + diuretic::INT, 0) >= 2 AS two_drugs,
    NOT (SELECT agreed(value > 200) FROM newest m WHERE m.person = p.person AND m.code = '8480-6') AS not_extreme,
    NOT (SELECT at_least_one(in_last(day, 365)) FROM diagnosis d
         WHERE d.person = p.person AND d.code IN ('230690007', '22298006', '401303003', '401314000')) AS no_recent_event,
    NOT (SELECT at_least_one(true) FROM treatment t WHERE t.person = p.person AND t.code = '265764009') AS no_dialysis
FROM person p LEFT JOIN now_on USING (person)
