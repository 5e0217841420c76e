SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 40) AND NOT at_least_aged(birth, 86) AS age,
    (SELECT at_least_one(true) FROM diagnosis d
     WHERE d.person = p.person AND d.code IN ('239873007', '239872002', '201834006')) AS osteoarthritis,
    (SELECT agreed(CASE unit WHEN '{score}' THEN value >= 3 END) FROM newest m WHERE m.person = p.person AND m.code = '72514-3') AS pain,
    (SELECT at_least_one(true) FROM drug d
     WHERE d.person = p.person AND d.code IN ('206905', '310965', '198405', '849574')) AS anti_inflammatory,
    NOT (SELECT at_least_one(in_last(day, 90)) FROM drug d WHERE d.person = p.person AND d.code IN (
        '1049625', '1049504', '1049221', '1860154', '856987', '1860491', '857005', '856980', '245134', '835603', '993770', '861467',
        '1735006', '1809104', '1728805', '1732136', '1729584', '1723208', '351266')) AS no_opioid,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '90560007') AS no_gout,
    NOT (SELECT CASE WHEN bool_or(unit = 'mg/dL' AND value <= 1.8) THEN false ELSE bool_and(CASE unit WHEN 'mg/dL' THEN value > 1.8 END) END
         FROM measured m WHERE m.person = p.person AND m.code IN ('2160-0', '38483-4')) AS kidneys,
    NOT (EXISTS (SELECT 1 FROM diagnosis d WHERE d.person = p.person AND d.code = '44054006')
         AND (SELECT CASE WHEN count(*) > 0 THEN at_least_one(CASE unit WHEN '%' THEN value >= 8 END) END
              FROM measured m WHERE m.person = p.person AND m.code = '4548-4')) AS no_severe_diabetes
FROM person p
