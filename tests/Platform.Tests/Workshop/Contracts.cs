namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

/// <summary>Counted one by one.</summary>
public sealed record PotFired(Guid PotId);

/// <summary>Handled after a number of failing attempts.</summary>
public sealed record PotCracked(Guid PotId, int FailingAttempts, bool Transient);

/// <summary>What the handling of <see cref="PotCracked"/> publishes.</summary>
public sealed record PotMended(Guid PotId);

/// <summary>Fails until <see cref="FindPotConsumer.Found"/> knows the pot.</summary>
public sealed record PotLost(Guid PotId);

/// <summary>Counted in batches.</summary>
public sealed record PotGlazed(Guid PotId);

/// <summary>Counted in groups that share a transaction; a broken one spoils it.</summary>
public sealed record PotPacked(Guid PotId, bool Broken = false);

/// <summary>Of no concern to its consumer unless it is for the shop.</summary>
public sealed record PotSent(Guid PotId, bool ToShop);
