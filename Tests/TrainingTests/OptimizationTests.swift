import Foundation
import Networks
import Tensors
import Testing
import Training

/// Optimization against closed forms.
@Suite struct OptimizationTests {
    /// With a constant gradient, bias-corrected Adam moves by the learning rate at every step.
    @Test func adamsStepIsTheLearningRateForAConstantGradient() {
        let parameter = Parameter(name: "w", value: Tensor([1, -2, 3], [3]))
        let adam = Adam([parameter], beta1: 0.9, beta2: 0.99, epsilon: 0)
        for step in 1...20 {
            adam.step([Tensor([4, -0.01, 1e-6], [3])], learningRate: 0.1)
            for (value, expected) in zip(parameter.value.values, [1 - 0.1 * Float(step), -2 + 0.1 * Float(step), 3 - 0.1 * Float(step)]) {
                #expect(abs(value - expected) < 1e-4)
            }
        }
    }

    /// Two steps by hand: g = 1, then g = −1.
    @Test func adamFollowsItsFormula() {
        let parameter = Parameter(name: "w", value: Tensor([0], [1]))
        let adam = Adam([parameter], beta1: 0.5, beta2: 0.75, epsilon: 0.5)
        adam.step([Tensor([1], [1])], learningRate: 1)
        // m̂ = 1, v̂ = 1: −1/(1 + ½).
        #expect(abs(parameter.value.values[0] + 2.0 / 3) < 1e-6)
        adam.step([Tensor([-1], [1])], learningRate: 1)
        // m = ¼ − ½ = −¼, m̂ = −¼/¾ = −⅓; v̂ = 1: +⅓/1.5.
        #expect(abs(parameter.value.values[0] + 2.0 / 3 - 2.0 / 9) < 1e-6)
        adam.step([nil], learningRate: 1)
        #expect(abs(parameter.value.values[0] + 2.0 / 3 - 2.0 / 9) < 1e-6)
    }

    @Test func gradientsAreClippedByTheirCommonLength() {
        var gradients: [Tensor?] = [Tensor([3], [1]), nil, Tensor([0, 4], [2])]
        let length = GradientNorm.length(gradients)
        #expect(length == 5)
        GradientNorm.clip(&gradients, length: length, limit: 10)
        #expect(gradients[0]!.values == [3])
        GradientNorm.clip(&gradients, length: length, limit: 1)
        #expect(abs(GradientNorm.length(gradients) - 1) < 1e-6 && abs(gradients[2]!.values[1] - 0.8) < 1e-6)
    }

    @Test func theAverageForgetsItsStart() {
        let parameter = Parameter(name: "w", value: Tensor([0], [1]))
        let average = MovingAverage([parameter], decay: 0.9)
        parameter.value = Tensor([1], [1])
        average.update(step: 0)
        // The first decay is 1/10.
        #expect(abs(average.values[0].values[0] - 0.9) < 1e-6)
        for step in 1..<300 { average.update(step: step) }
        #expect(abs(average.values[0].values[0] - 1) < 1e-5)
    }

    @Test func theLearningRateRisesAndFallsAlongACosine() {
        var c = LIATrainingConfiguration()
        c.steps = 1100
        (c.optimization.warmupSteps, c.optimization.learningRate, c.optimization.finalLearningRate) = (100, 0.002, 0.0002)
        #expect(abs(c.learningRate(at: 0) - 0.00002) < 1e-12)
        #expect(abs(c.learningRate(at: 99) - 0.002) < 1e-12)
        #expect(abs(c.learningRate(at: 600) - 0.0011) < 1e-12)
        #expect(abs(c.learningRate(at: 1100) - 0.0002) < 1e-12)
        // An eighth of the way: (1 + cos(π/8))/2 of the way from the last to the first.
        #expect(abs(c.learningRate(at: 225) - (0.0002 + 0.0018 * 0.961_939_766_255_643_4)) < 1e-12)
        #expect(abs(Schedule.value(from: 4, to: 0.3, in: 2500, at: 1250) - 2.15) < 1e-12)
        #expect(Schedule.value(from: 4, to: 0.3, in: 2500, at: 9999) == 0.3)
    }
}
