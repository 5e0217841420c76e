WITH ever AS (SELECT DISTINCT person, code FROM diagnosis)
SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 25) AS age,
    EXISTS (SELECT 1 FROM ever e WHERE e.person = p.person AND e.code = '15777000') AS prediabetes,
    (SELECT agreed(CASE unit WHEN 'kg/m2' THEN value >= 24 END) FROM newest m WHERE m.person = p.person AND m.code = '39156-5') AS bmi,
    (SELECT CASE WHEN max(value) >= 6.5 THEN false WHEN count(*) FILTER (unit <> '%') = 0 THEN max(value) < 6.5 END
     FROM measured m WHERE m.person = p.person AND m.code = '4548-4') AS hba1c_never_high,
    NOT EXISTS (SELECT 1 FROM ever e WHERE e.person = p.person AND e.code = '44054006') AS no_diabetes,
    NOT EXISTS (SELECT 1 FROM drug d WHERE d.person = p.person AND d.code IN ('860975', '106892', '311034')) AS untreated,
    (SELECT count(DISTINCT CASE code WHEN '84114007' THEN 'failure' WHEN '88805009' THEN 'failure' WHEN '230690007' THEN 'stroke'
                                     WHEN '414545008' THEN 'ischaemic' WHEN '22298006' THEN 'ischaemic' WHEN '401303003' THEN 'ischaemic'
                                     WHEN '401314000' THEN 'ischaemic' WHEN '4557003' THEN 'ischaemic' END)
     FROM ever e WHERE e.person = p.person) < 2 AS heart_and_brain
FROM person p
