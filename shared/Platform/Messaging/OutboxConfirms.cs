using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Which publishes of a batch the broker has confirmed, on a channel that nobody else publishes on. Sequence numbers
/// count from 1; a confirmation may speak for all before it, and a refusal counts as an answer that is no.
/// </summary>
internal sealed class OutboxConfirms
{
    private readonly Lock _gate = new();
    private ulong _first = 1;
    private int _unanswered;
    private int _lowest;
    private bool?[] _answers = [];
    private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hear(IChannel channel)
    {
        channel.BasicAcksAsync += (_, ack) => Answer(ack.DeliveryTag, ack.Multiple, yes: true);
        channel.BasicNacksAsync += (_, nack) => Answer(nack.DeliveryTag, nack.Multiple, yes: false);
        channel.ChannelShutdownAsync += (_, reason) => End(reason.ToString());
    }

    /// <summary>Completes when the next so many publishes are answered; faults when the channel ends before.</summary>
    public Task Expect(int publishes)
    {
        lock (_gate)
        {
            _first += (ulong)_answers.Length;
            (_answers, _unanswered, _lowest) = (new bool?[publishes], publishes, 0);
            if (_all.Task.IsCompletedSuccessfully) _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (publishes == 0) _all.TrySetResult();
            return _all.Task;
        }
    }

    public bool[] Taken()
    {
        lock (_gate) return Array.ConvertAll(_answers, answer => answer == true);
    }

    internal Task Answer(ulong tag, bool multiple, bool yes)
    {
        lock (_gate)
        {
            if (tag < _first) return Task.CompletedTask;

            var last = (int)Math.Min(tag - _first, (ulong)_answers.Length - 1);
            for (var i = multiple ? _lowest : last; i <= last; i++)
            {
                if (_answers[i] is not null) continue;

                _answers[i] = yes;
                _unanswered--;
            }

            while (_lowest < _answers.Length && _answers[_lowest] is not null) _lowest++;
            if (_unanswered == 0) _all.TrySetResult();
        }

        return Task.CompletedTask;
    }

    internal Task End(string reason)
    {
        lock (_gate) _all.TrySetException(new InvalidOperationException($"The channel ended: {reason}"));
        return Task.CompletedTask;
    }
}
