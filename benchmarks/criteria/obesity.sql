WITH bmi AS (SELECT person, agreed(CASE unit WHEN 'kg/m2' THEN value >= 30 END) AS over_30, agreed(CASE unit WHEN 'kg/m2' THEN value >= 27 END) AS over_27
             FROM newest WHERE code = '39156-5' GROUP BY person)
SELECT p.person,
    NOT dead AS alive,
    at_least_aged(birth, 18) AND NOT at_least_aged(birth, 71) AS age,
    over_30 OR (over_27 AND EXISTS (SELECT 1 FROM diagnosis d WHERE d.person = p.person AND d.code IN (
        '59621000', '44054006', '55822004', '302870006'))) AS obesity,
    (SELECT agreed(CASE unit WHEN 'kg' THEN value < 330 * 0.45359237 WHEN '[lb_av]' THEN value < 330 END)
     FROM newest m WHERE m.person = p.person AND m.code = '29463-7') AS weight,
    NOT (SELECT agreed(value >= 15) FROM newest m WHERE m.person = p.person AND m.code = '44261-6')
      OR (SELECT agreed(value < 3) FROM newest m WHERE m.person = p.person AND m.code = '55758-7') AS mood,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '370143000') AS no_depression,
    NOT (SELECT at_least_one(in_last(day, 365)) FROM diagnosis d WHERE d.person = p.person AND d.code = '72892002') AS not_pregnant,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '46177005') AS no_kidney_failure
FROM person p LEFT JOIN bmi USING (person)
