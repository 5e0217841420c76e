-- What an investigator reads in the charts, from the raw NDJSON in the variable `folder`, on the day in the variable `as_of`.
-- TRUE is met, FALSE is not met, NULL is unknown: SQL's own AND, OR and NOT are then the protocol's.
-- A date counts as 1 to 365 days earlier than the truth, as all dates of a de-identified record may be (docs/recruitment.md); with the
-- variable `is_true` as the truth.

CREATE MACRO today() AS getvariable('as_of')::DATE;
CREATE MACRO chart(kind) AS TABLE
    SELECT json AS j FROM read_json(getvariable('folder') || '/' || kind || '.*ndjson', format = 'newline_delimited', records = false,
                                    columns = {'json': 'JSON'}, maximum_object_size = 134217728);
CREATE MACRO person_of(j) AS split_part(j->>'$.subject.reference', '/', -1);
CREATE MACRO day_of(written) AS substr(written, 1, 10)::DATE;

CREATE MACRO soonest(day) AS day + CASE WHEN getvariable('is_true') THEN 0 ELSE 1 END;
CREATE MACRO latest(day) AS day + CASE WHEN getvariable('is_true') THEN 0 ELSE 365 END;

-- Whatever the move was, or not at all, or it depends on it.
CREATE MACRO at_least_aged(birth, n) AS
    CASE WHEN date_sub('year', latest(birth), today()) >= n THEN true WHEN date_sub('year', soonest(birth), today()) < n THEN false END;
CREATE MACRO in_last(day, n) AS
    CASE WHEN soonest(day) >= today() - n THEN true WHEN latest(day) < today() - n THEN false END;

-- Of several records: one of them surely, none of them surely, else unknown; and the answer that all of them give.
CREATE MACRO at_least_one(x) AS CASE WHEN coalesce(bool_or(x), false) THEN true WHEN count(x) < count(*) THEN NULL ELSE false END;
CREATE MACRO agreed(x) AS CASE WHEN count(x) < count(*) OR count(*) = 0 THEN NULL WHEN bool_and(x) THEN true WHEN NOT bool_or(x) THEN false END;

CREATE TABLE person AS
    SELECT j->>'id' AS person, day_of(j->>'birthDate') AS birth, j->>'gender' AS sex,
           (j->>'deceasedDateTime') IS NOT NULL OR coalesce((j->>'deceasedBoolean') = 'true', false) AS dead
    FROM chart('Patient');

CREATE TABLE diagnosis AS
    SELECT person, c->>'code' AS code, c->>'system' AS system, day FROM (
        SELECT person_of(j) AS person, unnest((j->'$.code.coding')::JSON[]) AS c,
               day_of(coalesce(j->>'onsetDateTime', j->>'$.onsetPeriod.start', j->>'recordedDate')) AS day
        FROM chart('Condition')
        WHERE coalesce(j->>'$.verificationStatus.coding[0].code', 'confirmed') = 'confirmed');

CREATE TABLE treatment AS
    SELECT person, c->>'code' AS code, c->>'system' AS system, day FROM (
        SELECT person_of(j) AS person, unnest((j->'$.code.coding')::JSON[]) AS c,
               day_of(coalesce(j->>'performedDateTime', j->>'$.performedPeriod.start')) AS day
        FROM chart('Procedure') WHERE (j->>'status') IN ('completed', 'in-progress'));

-- An order may name its drug by a record of its own.
CREATE TABLE named AS SELECT j->>'id' AS id, j->'$.code.coding' AS coding FROM chart('Medication');
CREATE TABLE drug AS
    WITH dose AS (
        SELECT person_of(j) AS person, day_of(j->>'authoredOn') AS day, (j->>'status') = 'active' AS active,
               j->'$.medicationCodeableConcept.coding' AS coding, split_part(j->>'$.medicationReference.reference', '/', -1) AS reference
        FROM chart('MedicationRequest') WHERE (j->>'status') IN ('active', 'on-hold', 'completed', 'stopped')
        UNION ALL
        SELECT person_of(j), day_of(coalesce(j->>'effectiveDateTime', j->>'$.effectivePeriod.start')), (j->>'status') = 'in-progress',
               j->'$.medicationCodeableConcept.coding', split_part(j->>'$.medicationReference.reference', '/', -1)
        FROM chart('MedicationAdministration') WHERE (j->>'status') IN ('in-progress', 'on-hold', 'completed', 'stopped'))
    SELECT person, day, active, c->>'code' AS code FROM (
        SELECT dose.person, day, active, unnest(coalesce(dose.coding, named.coding)::JSON[]) AS c
        FROM dose LEFT JOIN named ON named.id = dose.reference);

-- A number with its unit, or a coded answer; a blood pressure is two parts of one record.
CREATE TABLE measured AS
    WITH part AS (
        SELECT person_of(j) AS person, coalesce(j->>'effectiveDateTime', j->>'$.effectivePeriod.start') AS moment, p
        FROM (SELECT j, unnest(list_concat([j], coalesce((j->'component')::JSON[], []))) AS p FROM chart('Observation')
              WHERE (j->>'status') IN ('final', 'amended', 'corrected')))
    SELECT person, moment::TIMESTAMP AS moment, day_of(moment) AS day, p->>'$.code.coding[0].code' AS code, (p->>'$.valueQuantity.value')::DOUBLE AS value,
           p->>'$.valueQuantity.code' AS unit, p->>'$.valueCodeableConcept.coding[0].code' AS answer
    FROM part WHERE (p->'valueQuantity') IS NOT NULL OR (p->'valueCodeableConcept') IS NOT NULL;

-- The most recent value; all of them where several are of one moment.
CREATE VIEW newest AS SELECT * FROM measured QUALIFY moment = max(moment) OVER (PARTITION BY person, code);
