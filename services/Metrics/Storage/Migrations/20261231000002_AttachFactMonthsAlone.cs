using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations;

/// <summary>
/// A session of PostgreSQL that makes its list of a table's partitions while one is attached can keep the list without
/// it, and then neither reads nor writes that month until something else changes the table. So a month is attached while
/// nobody holds its table: who asks for the table later makes the list anew. It never waits in front of others for
/// longer than a tenth of a second, then lets them through and asks again.
/// </summary>
[DbContext(typeof(MetricsDb))]
[Migration("20261231000002_AttachFactMonthsAlone")]
public sealed class AttachFactMonthsAlone : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE OR REPLACE FUNCTION ensure_fact_month(kind text, month date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
        DECLARE
            part text := kind || '_' || to_char(month, 'YYYYMM');
        BEGIN
            IF kind !~ '^[a-z]+_facts$' OR extract(day FROM month) <> 1 OR month < '2000-01-01' OR month > '2100-01-01'
            THEN
                RAISE EXCEPTION 'No month of facts: % %', kind, month;
            END IF;

            -- Two replicas, or two batches, may meet the first fact of a month at once: the second to get the table
            -- finds the month made.
            LOOP
                IF EXISTS (
                    SELECT FROM pg_class WHERE relnamespace = 'fact_months'::regnamespace AND relname = part)
                THEN
                    RETURN;
                END IF;
                BEGIN
                    EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', kind);
                    EXIT WHEN NOT EXISTS (
                        SELECT FROM pg_class WHERE relnamespace = 'fact_months'::regnamespace AND relname = part);
                    RETURN;
                EXCEPTION WHEN lock_not_available THEN
                    PERFORM pg_sleep(0.1 + random() * 0.4);
                END;
            END LOOP;

            EXECUTE format('CREATE TABLE fact_months.%I (LIKE public.%I INCLUDING DEFAULTS)', part, kind);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION fact_months.%I FOR VALUES FROM (%L) TO (%L)',
                kind, part, month::timestamp AT TIME ZONE 'UTC',
                (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END $$;
        """);

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        // The function before it does the same, and a session may miss the month.
    }
}
