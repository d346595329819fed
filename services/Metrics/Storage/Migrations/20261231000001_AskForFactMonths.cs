using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations;

/// <summary>
/// Who waited for another to make a month asks the catalogue itself whether it is there. <c>to_regclass</c> remembers
/// what was missing, and an advisory lock does not make it forget: the second to come failed with "already exists", and
/// a batch that met several such months failed for good.
/// </summary>
[DbContext(typeof(MetricsDb))]
[Migration("20261231000001_AskForFactMonths")]
public sealed class AskForFactMonths : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE OR REPLACE FUNCTION ensure_fact_month(kind text, month date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            part text := kind || '_' || to_char(month, 'YYYYMM');
        BEGIN
            IF kind !~ '^[a-z]+_facts$' OR extract(day FROM month) <> 1 OR month < '2000-01-01' OR month > '2100-01-01'
            THEN
                RAISE EXCEPTION 'No month of facts: % %', kind, month;
            END IF;
            IF EXISTS (SELECT FROM pg_class WHERE relnamespace = 'fact_months'::regnamespace AND relname = part) THEN
                RETURN;
            END IF;

            -- Two replicas, or two batches, may meet the first fact of a month at once.
            PERFORM pg_advisory_xact_lock(hashtext(part));
            IF EXISTS (SELECT FROM pg_class WHERE relnamespace = 'fact_months'::regnamespace AND relname = part) THEN
                RETURN;
            END IF;

            -- Attaching waits for no reader, creating a partition in place would.
            EXECUTE format('CREATE TABLE fact_months.%I (LIKE public.%I INCLUDING DEFAULTS)', part, kind);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION fact_months.%I FOR VALUES FROM (%L) TO (%L)',
                kind, part, month::timestamp AT TIME ZONE 'UTC',
                (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END $$;
        """);

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        // The function before it does the same, and loses the race.
    }
}
