//! Points of the curve, in the extended coordinates of Hisil, Wong, Carter and
//! Dawson (2008): `x = X / Z`, `y = Y / Z`, `x y = T / Z`.

use super::constants::{D2, ONE, TWO, ZERO};
use super::field::{mask, packed, Loose, Packed, Tight};
use super::lanes::Words;

/// A point.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// `X`, `Y`.
    xy: Tight,
    /// `T`, `Z`.
    tz: Tight,
}

/// A point prepared to be added.
#[derive(Clone, Copy, Debug)]
pub struct Addend {
    /// `Y - X`, `Y + X`; of `-(x, y) = (-x, y)` the same exchanged.
    sides: Tight,
    /// `2 d T`, `2 Z`; of `-(x, y)` the first is negated.
    scaled: Tight,
}

impl Point {
    pub fn identity() -> Self {
        let zero_one = Tight::new(&ZERO, &ONE);
        Self { xy: zero_one, tz: zero_one }
    }

    /// Adds the other point, or takes it off, by "add-2008-hwcd-3". Complete: right
    /// for every pair of points of the curve, equal ones and such of small order
    /// included, as -1 is a square modulo p and `d` is not.
    #[inline(never)]
    pub fn add(&mut self, other: &Addend, negative: bool) {
        // Signs are chance: a branch would be foreseen half of the time.
        let negative = mask(negative);
        let sides = other.sides.swapped_where(Words::splat(negative));
        let scaled = other.scaled.negated_where(Words::new(negative, 0));
        let ab = self.xy.butterfly().mul(&sides);
        let cd = self.tz.mul(&scaled);
        // (E, H) = (B - A, B + A) and (F, G) = (D - C, D + C).
        let (eh, fg) = (ab.butterfly(), cd.butterfly());
        let eg = Loose::blend(&eh, &fg).carry();
        let fh = Loose::blend(&fg, &eh);
        self.xy = eg.mul(&fh);
        self.tz = eg.mul(&fh.swapped());
    }

    /// `self + other`.
    pub fn plus(mut self, other: &Addend) -> Self {
        self.add(other, false);
        self
    }

    /// `self - other`.
    pub fn minus(mut self, other: &Addend) -> Self {
        self.add(other, true);
        self
    }

    /// `2 self`.
    pub fn doubled(&self) -> Self {
        self.plus(&self.addend())
    }

    pub fn addend(&self) -> Addend {
        let sides = self.xy.butterfly().carry();
        Addend { sides, scaled: self.tz.mul(&Tight::new(&D2, &TWO)) }
    }

    /// Whether it is the neutral element. Asks for more than `X = 0` and `Y = Z`,
    /// which hold for every point that is: what a broken multiplication leaves
    /// behind, such as zeros everywhere, is not taken for it.
    pub fn is_identity(&self) -> bool {
        let ([x, y], [t, z]) = (self.xy.canonical(), self.tz.canonical());
        x == ZERO && t == ZERO && y == z && z != ZERO
    }
}

impl Addend {
    /// Of affine coordinates; `t` is `2 d x y`. One per lane.
    pub fn of_affine(x: &Tight, y: &Tight, t: &Tight) -> [Self; 2] {
        let (minus, plus) = (y.sub(x).carry(), y.add(x).carry());
        let two = Tight::splat(&TWO);
        let first =
            Self { sides: Tight::blend(&minus, &plus.swapped()), scaled: Tight::blend(t, &two) };
        let second = Self {
            sides: Tight::blend(&minus.swapped(), &plus),
            scaled: Tight::blend(&t.swapped(), &two),
        };
        [first, second]
    }

    /// Of one of affine coordinates: `y - x`.
    pub fn hint(&self) -> Packed {
        let [minus, _] = self.sides.canonical();
        packed(&minus)
    }
}

#[cfg(test)]
impl Point {
    /// No point: every coordinate is zero.
    pub fn of_zeros() -> Self {
        let zero = Tight::splat(&ZERO);
        Self { xy: zero, tz: zero }
    }
}
