SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 41) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('185086009', '87433001')) AS copd,
    (SELECT CASE WHEN bool_or(unit = '%' AND value < 70) THEN true WHEN bool_and(unit = '%') THEN min(value) < 70 END
     FROM measured m WHERE m.person = p.person AND m.code = '19926-5') AS obstruction,
    (SELECT agreed(answer IN ('449868002', '8517006')) FROM newest m WHERE m.person = p.person AND m.code = '72166-2')
      OR at_least_aged(birth, 60) AS smoker_or_old,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('195967001', '233678006')) AS no_asthma,
    NOT (SELECT at_least_one(true) FROM diagnosis d
         WHERE d.person = p.person AND d.code IN ('254637007', '254632001', '424132000', '67811000119102')) AS no_lung_cancer,
    NOT (SELECT agreed(CASE unit WHEN 'kg/m2' THEN value < 18.5 END) FROM newest m WHERE m.person = p.person AND m.code = '39156-5') AS not_underweight
FROM person p
