SELECT person,
    NOT dead AS alive,
    sex = 'female' AS woman,
    at_least_aged(birth, 18) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code = '254837009') AS breast_cancer,
    (SELECT agreed(answer = '10828004') FROM newest m WHERE m.person = p.person AND m.code = '85337-4') AS receptor,
    (SELECT agreed(CASE unit WHEN 'g/dL' THEN value >= 9 WHEN 'g/L' THEN value >= 90 END)
     FROM newest m WHERE m.person = p.person AND m.code = '718-7') AS haemoglobin,
    (SELECT agreed(CASE unit WHEN '10*3/uL' THEN value >= 100 WHEN '10*9/L' THEN value >= 100 END)
     FROM newest m WHERE m.person = p.person AND m.code = '777-3') AS platelets,
    NOT (SELECT at_least_one(in_last(day, 180)) FROM drug d
         WHERE d.person = p.person AND d.code IN ('583214', '1860480', '1732186', '1736854', '226719', '1736776')) AS no_cytotoxics,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN (
        '363406005', '109838007', '93761005', '254637007', '254632001', '424132000', '67811000119102')) AS no_other_cancer
FROM person p
