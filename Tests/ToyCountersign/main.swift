import Commands
import Composition
import ToyWorkload

// The product with one workload more.
await Countersign.$composition.withValue(Registration.all + [Registration(.helpDesk, .helpDesk)]) {
    await Countersign.main()
}
