SELECT person,
    NOT dead AS alive,
    at_least_aged(birth, 5) AND NOT at_least_aged(birth, 18) AS age,
    (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('195967001', '233678006')) AS asthma,
    (SELECT at_least_one(true) FROM drug d WHERE d.person = p.person AND d.code IN (
        '895996', '896001', '896006', '896209', '351109', '349094', '616830', '1998774')) AS inhaled_steroid,
    (SELECT at_least_one(in_last(day, 730)) FROM drug d WHERE d.person = p.person AND d.code IN (
        '630208', '245314', '859088', '351137', '745752', '351136', '2123111')) AS salbutamol,
    NOT (SELECT at_least_one(in_last(day, 30)) FROM drug d WHERE d.person = p.person AND d.code = '312617') AS no_prednisone,
    NOT (SELECT agreed(CASE unit WHEN '%' THEN value < 92 END) FROM newest m WHERE m.person = p.person AND m.code = '2708-6') AS saturation,
    NOT (SELECT at_least_one(true) FROM diagnosis d WHERE d.person = p.person AND d.code IN ('73430006', '78275009')) AS no_apnoea
FROM person p
