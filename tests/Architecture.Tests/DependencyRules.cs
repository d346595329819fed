using Jingdezhen.Tourism.Architecture.Tests.Broken;
using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>STYLE, section 2: who may reference whom. Every rule has a second test in which it must object.</summary>
public sealed class DependencyRules
{
    [Fact]
    public void There_are_services_to_judge() =>
        Assert.Superset(new HashSet<string> { "Bookings" }, Service.All.Select(service => service.Name).ToHashSet());

    [Fact]
    public void Contracts_reference_only_the_framework() =>
        Objections.None(Rules.ReferencesOnlyTheFramework(ContractsAssembly.Value));

    [Fact]
    public void A_contract_assembly_that_references_MassTransit_is_noticed() =>
        Assert.NotEmpty(Rules.ReferencesOnlyTheFramework(typeof(PlatformExtensions).Assembly));

    [Fact]
    public void Platform_references_nothing_of_ours() =>
        Objections.None(Rules.ReferencesNothingOfOursBut(typeof(PlatformExtensions).Assembly));

    [Fact]
    public void A_service_references_Contracts_and_Platform_and_no_other_service() =>
        Objections.None(Service.All.SelectMany(service => Rules.ReferencesNothingOfOursBut(service.Assembly, "Contracts", "Platform")));

    [Fact]
    public void An_assembly_that_references_a_service_is_noticed() =>
        Assert.NotEmpty(Rules.ReferencesNothingOfOursBut(typeof(DependencyRules).Assembly, "Contracts"));

    [Fact]
    public void Entities_know_no_infrastructure() =>
        Objections.None(AllEntities.SelectMany(Rules.EntityIsFreeOfInfrastructure));

    [Theory]
    [InlineData(typeof(EntityWithAnAttribute)), InlineData(typeof(EntityThatReadsARequest)), InlineData(typeof(EntityThatMakesAContract))]
    [InlineData(typeof(EntityThatSaysItLazily))]
    public void An_entity_that_knows_infrastructure_is_noticed(Type entity) =>
        Assert.NotEmpty(Rules.EntityIsFreeOfInfrastructure(entity));

    [Fact]
    public void Entities_change_only_by_their_own_methods() => Objections.None(AllEntities.SelectMany(Rules.EntityGuardsItself));

    [Theory, InlineData(typeof(EntityWithASetter)), InlineData(typeof(EntityAsARecord))]
    public void An_entity_that_anyone_changes_is_noticed(Type entity) => Assert.NotEmpty(Rules.EntityGuardsItself(entity));

    [Fact]
    public void Consumers_are_internal_sealed_and_take_either_batches_or_messages() =>
        Objections.None(Service.All.SelectMany(service => service.Types).Where(type => type.IsAssignableTo(typeof(IConsumer)))
            .SelectMany(Rules.ConsumerIsInternalSealed));

    [Theory, InlineData(typeof(PublicConsumer)), InlineData(typeof(MixedConsumer))]
    public void A_consumer_that_is_open_or_mixed_is_noticed(Type consumer) => Assert.NotEmpty(Rules.ConsumerIsInternalSealed(consumer));

    [Fact]
    public void No_service_talks_to_the_bus() =>
        Objections.None(Service.All.SelectMany(service => service.Types).SelectMany(Rules.TypeDoesNotTalkToTheBus));

    [Fact]
    public void A_type_that_publishes_by_itself_is_noticed() => Assert.NotEmpty(Rules.TypeDoesNotTalkToTheBus(typeof(PublishesByItself)));

    [Fact]
    public void An_area_keeps_out_of_another_areas_slices() =>
        Objections.None(Service.All.SelectMany(service => service.Types.SelectMany(type =>
            Rules.AreaKeepsOutOfOtherSlices(type, service.Db.Namespace![..service.Db.Namespace!.LastIndexOf('.')]))));

    [Fact]
    public void A_slice_that_calls_another_areas_slice_is_noticed() =>
        Assert.NotEmpty(Rules.AreaKeepsOutOfOtherSlices(typeof(Broken.OneArea.CallsAnotherSlice), "Jingdezhen.Tourism.Architecture.Tests.Broken"));

    private static IEnumerable<Type> AllEntities => Service.All.SelectMany(service => service.Entities)
        .Concat([typeof(OutboxMessage), typeof(InboxMessage), typeof(FailedMessage), typeof(Platform.Http.IdempotencyKey)]);
}
