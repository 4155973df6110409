# i-vector/LDA/PLDA of the earlier study (iv.py) retrained on the new training speakers. Output: work/iv2.npz (for build.py), models/iv2.backend.json
import sys,os,time,json; sys.path.insert(0,os.path.dirname(__file__))
import numpy as np, torch
import train_nn as T; from fb import *; from iv import UBM,IV,Back
torch.set_num_threads(1); rng=np.random.default_rng(5); T.rng=np.random.default_rng(6)
C,R,DIM,NC=64,100,80,20; t0=time.time()
n=np.arange(80); Dm=(np.array([np.cos(np.pi*k*(n+.5)/80) for k in range(1,NC)]).T*np.sqrt(2/80)*(1+11*np.sin(np.pi*np.arange(1,NC)/22))).astype(np.float32)
def feat(x):
    c=x@Dm; p=np.pad(c,((2,2),(0,0)),'edge'); L=len(c); d=(p[3:3+L]-p[1:1+L]+2*(p[4:4+L]-p[0:L]))/10
    e=np.log(np.exp(x-x.max()).sum(1))+x.max(); m=e>e.max()-6.5; f=np.hstack([c,d]); return (f-f[m].mean(0))[m].astype(np.float32)
D=T.load('train'); spk=sorted(k for k in D if sum(map(len,D[k]))>=9600); M=melmat(); N=T.N
def ex(k):
    o=[];m=0; c=D[k]
    while m<N:
        x=c[rng.integers(len(c))]
        if len(x)>N: a=rng.integers(0,len(x)-N+1); x=x[a:a+N]
        o.append(x); m+=len(x)
    return np.concatenate(o)[:N].astype(np.float32)/32768
ks=[k for k in spk for _ in range(4 if len(D[k])<8 and k[:2]!="lc" else 8)]; ks=[ks[i] for i in rng.permutation(len(ks))]
F=[];y=[]
for i in range(0,len(ks)-63,64):
    kk=ks[i:i+64]; x=torch.tensor(np.stack([ex(k) for k in kk])); g=fbank(torch.cat([x[:16],T.augment(x)[16:]]),M).numpy()   # a quarter clean
    F+=[feat(a) for a in g]; y+=kk
y=np.array(y); print('utts',len(F),'speakers',len(set(y)),f'{time.time()-t0:.0f}s',flush=True)
X=np.concatenate([F[i] for i in rng.permutation(len(F))[:1500]]); X=X[rng.choice(len(X),120000,False)].astype(np.float64)
ub=UBM().fit(X,C,10); st=[ub.stats(f) for f in F]; print(f'ubm {time.time()-t0:.0f}s',flush=True)
iv=IV().fit(ub,st,R,4); print(f'tv {time.time()-t0:.0f}s',flush=True)
V=np.array([iv.ext(q) for q in st]); bk=Back().fit(V,y,DIM)
Lw=np.linalg.inv(np.linalg.cholesky(bk.W)); ev,U=np.linalg.eigh(Lw@bk.B@Lw.T); bk.P=bk.P@Lw.T@U; bk.B=np.diag(np.maximum(ev,1e-3))
Z=bk.tr(V); coh=np.array([Z[y==s].mean(0) for s in sorted(set(y))]); coh=coh[rng.permutation(len(coh))[:300]]
np.savez('work/iv2.npz',A=(-.5/ub.v).T,B=(ub.m/ub.v).T,c=np.log(ub.w)-.5*(np.log(2*np.pi*ub.v).sum(1)+(ub.m**2/ub.v).sum(1)),m=ub.m,TS=iv.TS.reshape(-1,R),TT=iv.TT.reshape(len(ub.w),R*R),mu=bk.mu,mu2=bk.mu2,P=bk.P,D=Dm,Bd=np.diag(bk.B),coh=coh)
json.dump(dict(note='PLDA: W=identity, B=diag(between); cohort = 300 training speakers for s-norm',between=[round(float(x),5) for x in np.diag(bk.B)],cohort=[[round(float(v),4) for v in r] for r in coh]),open('./models/iv2.backend.json','w')); print(f'done {time.time()-t0:.0f}s')
