using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations;

/// <summary>
/// What the model cannot say: facts are partitioned by month. Months stand in a schema of their own, out of reach of the
/// runtime role, which may have them made but neither change nor empty them behind the parents' back.
/// </summary>
[DbContext(typeof(MetricsDb))]
[Migration("20261231000000_PartitionFacts")]
public sealed class PartitionFacts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE SCHEMA fact_months;
        ALTER TABLE cells SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

        DO $$
        DECLARE kind text;
        BEGIN
            FOR kind IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '%\_facts' LOOP
                EXECUTE format('ALTER TABLE %I RENAME TO %I', kind, kind || '_plain');
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING INDEXES) PARTITION BY RANGE (occurred_at)',
                    kind, kind || '_plain');
                EXECUTE format('DROP TABLE %I', kind || '_plain');
            END LOOP;
        END $$;

        CREATE FUNCTION ensure_fact_month(kind text, month date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            part text := kind || '_' || to_char(month, 'YYYYMM');
        BEGIN
            IF kind !~ '^[a-z]+_facts$' OR extract(day FROM month) <> 1 OR month < '2000-01-01' OR month > '2100-01-01' THEN
                RAISE EXCEPTION 'No month of facts: % %', kind, month;
            END IF;
            IF to_regclass('fact_months.' || part) IS NOT NULL THEN RETURN; END IF;

            -- Two replicas may meet the first fact of a month at once.
            PERFORM pg_advisory_xact_lock(hashtext(part));
            IF to_regclass('fact_months.' || part) IS NOT NULL THEN RETURN; END IF;

            -- Attaching waits for no reader, creating a partition in place would.
            EXECUTE format('CREATE TABLE fact_months.%I (LIKE public.%I INCLUDING DEFAULTS)', part, kind);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION fact_months.%I FOR VALUES FROM (%L) TO (%L)',
                kind, part, month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END $$;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP FUNCTION ensure_fact_month(text, date); DROP SCHEMA fact_months CASCADE;");
}
